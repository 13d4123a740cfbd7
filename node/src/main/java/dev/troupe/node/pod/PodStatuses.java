package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.SandboxState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A pod's status as its node reports it. */
public final class PodStatuses {
    private PodStatuses() {}

    /**
     * What a status says of the node.
     *
     * @param hostIps the primary one first
     * @param runtimeName scheme of container ids
     */
    public record NodeFacts(List<String> hostIps, String runtimeName) {
        public NodeFacts {
            hostIps = List.copyOf(hostIps);
        }
    }

    /**
     * The whole status: what the node owns made anew, the rest as the API has it.
     *
     * @param terminated nothing of the pod runs, and never will again
     */
    public static ObjectNode build(
            PodView pod, PodObservation observed, PodMemory memory, NodeFacts node, Instant now) {
        boolean over = pod.isDeleting() || pod.isFinished() || memory.failure().isPresent();
        boolean terminated = over && observed.running().isEmpty();
        boolean anyRegularStarted = ContainerStatuses.anyRegularStarted(
                pod, observed, observed.readySandbox().map(SandboxState::id));
        ObjectNode status = pod.status() instanceof ObjectNode old ? old.deepCopy() : Json.object();
        ContainerStatuses containers = new ContainerStatuses(pod, observed, memory, node.runtimeName(), terminated);
        if (!pod.initContainers().isEmpty()) {
            status.set("initContainerStatuses", containers.of(pod.initContainers()));
        }
        status.set("containerStatuses", containers.of(pod.containers()));
        setPhase(pod, memory, status, PodPhases.phase(pod, status, terminated, anyRegularStarted));
        setAddresses(pod, observed, node, status);
        if (!status.hasNonNull("startTime")) {
            status.put("startTime", ContainerStatuses.time(memory.startTime().orElse(now)));
        }
        boolean sandboxReady = observed.readySandbox().isPresent();
        status.set("conditions", PodConditions.of(pod, status, sandboxReady, anyRegularStarted, now));
        return status;
    }

    /** Once ended, a phase is never left again, whatever the containers look like. */
    private static void setPhase(PodView pod, PodMemory memory, ObjectNode status, String computed) {
        if (pod.isFinished()) {
            return;
        }
        if (memory.failure().isPresent()) {
            status.put("phase", "Failed");
            status.put("reason", memory.failure().get().reason());
            status.put("message", memory.failure().get().message());
            return;
        }
        status.put("phase", computed);
        // The scheduler's reason for a pod that nobody could place does not hold any more.
        status.remove(List.of("reason", "message"));
    }

    private static void setAddresses(PodView pod, PodObservation observed, NodeFacts node, ObjectNode status) {
        if (!node.hostIps().isEmpty()) {
            status.put("hostIP", node.hostIps().get(0));
            status.set("hostIPs", addresses(node.hostIps()));
        }
        Optional<SandboxState> sandbox = observed.readySandbox();
        List<String> own = pod.hostNetwork()
                ? sandbox.map(ready -> node.hostIps()).orElse(List.of())
                : sandbox.map(SandboxState::address).orElse(List.of());
        if (!own.isEmpty()) {
            // Without a sandbox the last address stays: whoever reads a finished pod expects it.
            status.put("podIP", own.get(0));
            status.set("podIPs", addresses(own));
        }
    }

    private static ArrayNode addresses(List<String> ips) {
        ArrayNode list = Json.array();
        ips.forEach(ip -> list.addObject().put("ip", ip));
        return list;
    }

    /**
     * The strategic merge patch that makes one status of the other, without what is equal.
     *
     * @return empty if they are equal
     */
    public static Optional<ObjectNode> patch(JsonNode before, ObjectNode after, String uid) {
        ObjectNode changed = Json.object();
        after.properties().forEach(field -> {
            if (!same(field.getValue(), before.path(field.getKey()))) {
                changed.set(field.getKey(), changedList(field.getKey(), before.path(field.getKey()), field.getValue()));
            }
        });
        before.fieldNames().forEachRemaining(name -> {
            if (!after.has(name)) {
                changed.putNull(name);
            }
        });
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode patch = Json.object();
        patch.putObject("metadata").put("uid", uid);
        patch.set("status", changed);
        return Optional.of(patch);
    }

    /** Lists that merge by key need only what is new, and a word on what is gone. */
    private static JsonNode changedList(String field, JsonNode before, JsonNode after) {
        String key = switch (field) {
            case "conditions" -> "type";
            case "podIPs", "hostIPs" -> "ip";
            default -> "";
        };
        if (key.isEmpty()) {
            return after;
        }
        ArrayNode list = Json.array();
        for (JsonNode element : after) {
            JsonNode old = find(before, key, Json.text(element, key));
            if (!same(element, old)) {
                ObjectNode copy = element.deepCopy();
                // The two merge, so what the new one lacks must be named.
                old.fieldNames().forEachRemaining(name -> {
                    if (!copy.has(name)) {
                        copy.putNull(name);
                    }
                });
                list.add(copy);
            }
        }
        for (JsonNode old : before) {
            if (find(after, key, Json.text(old, key)).isMissingNode()) {
                list.addObject().put("$patch", "delete").set(key, old.path(key));
            }
        }
        return list;
    }

    /** Equality but for fields that are null on one side and absent on the other: a store may keep either. */
    static boolean same(JsonNode left, JsonNode right) {
        if (left.isObject() && right.isObject()) {
            return containsAll(left, right) && containsAll(right, left);
        }
        if (left.isArray() && right.isArray()) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!same(left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue()) == 0;
        }
        return left.equals(right) || isAbsent(left) && isAbsent(right);
    }

    private static boolean containsAll(JsonNode left, JsonNode right) {
        for (var field : right.properties()) {
            if (!same(left.path(field.getKey()), field.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isNull() || node.isMissingNode();
    }

    private static JsonNode find(JsonNode list, String key, String value) {
        for (JsonNode element : list) {
            if (Json.text(element, key).equals(value)) {
                return element;
            }
        }
        return list.path("absent");
    }
}
