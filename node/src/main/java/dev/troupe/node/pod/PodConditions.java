package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The conditions of a pod that its node owns; all others are kept as they are. */
final class PodConditions {
    private static final List<String> OWN =
            List.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

    /** A condition but for its times. */
    private record Condition(String type, boolean status, String reason, String message) {
        static Condition yes(String type, String reason) {
            return new Condition(type, true, reason, "");
        }

        static Condition no(String type, String reason, String message) {
            return new Condition(type, false, reason, message);
        }
    }

    private final PodView pod;
    private final ObjectNode status;
    private final Instant now;

    private PodConditions(PodView pod, ObjectNode status, Instant now) {
        this.pod = pod;
        this.status = status;
        this.now = now;
    }

    /**
     * @param status with phase and containers' statuses set
     * @param sandboxReady the pod has a sandbox with its network
     */
    static ArrayNode of(PodView pod, ObjectNode status, boolean sandboxReady, boolean anyRegularStarted, Instant now) {
        PodConditions conditions = new PodConditions(pod, status, now);
        Condition containersReady = conditions.containersReady();
        List<Condition> own = List.of(
                new Condition("PodReadyToStartContainers", sandboxReady, "", ""),
                conditions.initialized(anyRegularStarted),
                conditions.ready(containersReady),
                containersReady,
                Condition.yes("PodScheduled", ""));
        ArrayNode all = Json.array();
        for (JsonNode condition : pod.status().path("conditions")) {
            if (!OWN.contains(Json.text(condition, "type"))) {
                all.add(condition.deepCopy());
            }
        }
        own.forEach(condition -> all.add(conditions.json(condition)));
        return all;
    }

    private Condition initialized(boolean anyRegularStarted) {
        String type = "Initialized";
        if (Json.text(status, "phase").equals("Succeeded")) {
            return Condition.yes(type, "PodCompleted");
        }
        if (pod.initContainers().isEmpty() || anyRegularStarted) {
            return Condition.yes(type, "");
        }
        List<String> incomplete = new ArrayList<>();
        for (JsonNode init : status.path("initContainerStatuses")) {
            String name = Json.text(init, "name");
            boolean sidecar =
                    pod.container(name).filter(ContainerView::isSidecar).isPresent();
            if (!Json.bool(init, sidecar ? "started" : "ready")) {
                incomplete.add(name);
            }
        }
        return incomplete.isEmpty()
                ? Condition.yes(type, "")
                : Condition.no(
                        type,
                        "ContainersNotInitialized",
                        "containers with incomplete status: [" + String.join(" ", incomplete) + "]");
    }

    private Condition containersReady() {
        String type = "ContainersReady";
        List<String> unready = new ArrayList<>();
        for (JsonNode init : status.path("initContainerStatuses")) {
            String name = Json.text(init, "name");
            boolean sidecar =
                    pod.container(name).filter(ContainerView::isSidecar).isPresent();
            if (sidecar && !Json.bool(init, "ready")) {
                unready.add(name);
            }
        }
        for (JsonNode container : status.path("containerStatuses")) {
            if (!Json.bool(container, "ready")) {
                unready.add(Json.text(container, "name"));
            }
        }
        String phase = Json.text(status, "phase");
        if (phase.equals("Succeeded")) {
            return Condition.no(type, "PodCompleted", "");
        }
        if (phase.equals("Failed")) {
            return Condition.no(type, "PodFailed", "");
        }
        return unready.isEmpty()
                ? Condition.yes(type, "")
                : Condition.no(
                        type,
                        "ContainersNotReady",
                        "containers with unready status: [" + String.join(" ", unready) + "]");
    }

    private Condition ready(Condition containersReady) {
        String type = "Ready";
        if (!containersReady.status()) {
            return Condition.no(type, containersReady.reason(), containersReady.message());
        }
        List<String> faults = new ArrayList<>();
        for (JsonNode gate : pod.spec().path("readinessGates")) {
            String wanted = Json.text(gate, "conditionType");
            JsonNode condition = find(pod.status(), wanted);
            if (condition.isMissingNode()) {
                faults.add("corresponding condition of pod readiness gate \"" + wanted + "\" does not exist.");
            } else if (!Json.text(condition, "status").equals("True")) {
                faults.add("the status of pod readiness gate \"" + wanted + "\" is not \"True\", but "
                        + Json.text(condition, "status"));
            }
        }
        return faults.isEmpty()
                ? Condition.yes(type, "")
                : Condition.no(type, "ReadinessGatesNotReady", String.join(", ", faults));
    }

    private ObjectNode json(Condition condition) {
        String value = condition.status() ? "True" : "False";
        JsonNode before = find(pod.status(), condition.type());
        ObjectNode json = Json.object();
        json.put("type", condition.type()).put("status", value);
        json.putNull("lastProbeTime");
        boolean same = Json.text(before, "status").equals(value) && before.hasNonNull("lastTransitionTime");
        json.put("lastTransitionTime", same ? Json.text(before, "lastTransitionTime") : ContainerStatuses.time(now));
        if (!condition.reason().isEmpty()) {
            json.put("reason", condition.reason());
        }
        if (!condition.message().isEmpty()) {
            json.put("message", condition.message());
        }
        return json;
    }

    private static JsonNode find(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return status.path("absent");
    }
}
