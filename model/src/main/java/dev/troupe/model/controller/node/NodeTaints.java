package dev.troupe.model.controller.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The taints that a node's conditions call for. NoSchedule follows them at once. NoExecute, which drives pods away, is
 * put on one node of a zone after the other, and not at all where so many are lost that the network is the likelier
 * fault.
 */
final class NodeTaints {
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    /** The condition that calls for a taint while it is True. */
    private static final Map<String, String> BY_CONDITION = new TreeMap<>(Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable"));

    private final StoredObject node;
    private final ClusterView view;
    private final NodeSettings settings;

    NodeTaints(StoredObject node, ClusterView view, NodeSettings settings) {
        this.node = node;
        this.view = view;
        this.settings = settings;
    }

    /**
     * What is to be done.
     *
     * @param changed the node with the taints it shall have now
     * @param again when it may get the taint that it must still wait for
     */
    record Outcome(ObjectNode changed, Optional<Instant> again) {}

    Outcome decide(Instant now) {
        ArrayNode taints = Json.array();
        Set<String> noSchedule = noScheduleKeys();
        Optional<String> noExecute = noExecuteKey();
        Optional<Instant> turn = noExecute.isEmpty() || carries(noExecute.get()) ? Optional.empty() : turn();
        boolean waits = turn.filter(then -> then.isAfter(now)).isPresent();
        for (JsonNode taint : Taints.of(node.tree())) {
            boolean stays = Taints.tellsOfFailure(taint)
                    ? noExecute.filter(key -> key.equals(Taints.key(taint))).isPresent()
                    : !isManaged(taint) || noSchedule.remove(Taints.key(taint));
            if (stays) {
                taints.add(dated(taint, now));
            }
        }
        noSchedule.forEach(key -> taints.addObject().put("key", key).put("effect", Taints.NO_SCHEDULE));
        if (noExecute.isPresent() && !carries(noExecute.get()) && !waits) {
            taints.addObject()
                    .put("key", noExecute.get())
                    .put("effect", Taints.NO_EXECUTE)
                    .put("timeAdded", Times.text(now));
        }
        ObjectNode changed = node.copy();
        if (taints.isEmpty()) {
            Json.objectAt(changed, "spec").remove("taints");
        } else {
            Json.objectAt(changed, "spec").set("taints", taints);
        }
        return new Outcome(changed, waits ? turn : Optional.empty());
    }

    /** Tolerations count from when a taint was added, so each must say when that was. */
    private static JsonNode dated(JsonNode taint, Instant now) {
        if (!Taints.hasEffect(taint, Taints.NO_EXECUTE)
                || !Json.text(taint, "timeAdded").isEmpty()) {
            return taint.deepCopy();
        }
        ObjectNode dated = taint.deepCopy();
        return dated.put("timeAdded", Times.text(now));
    }

    private boolean carries(String key) {
        return Taints.noExecute(node.tree()).stream()
                .anyMatch(taint -> Taints.key(taint).equals(key));
    }

    private static boolean isManaged(JsonNode taint) {
        String key = Taints.key(taint);
        return Taints.hasEffect(taint, Taints.NO_SCHEDULE)
                && (key.equals(Taints.NOT_READY)
                        || key.equals(Taints.UNREACHABLE)
                        || key.equals(UNSCHEDULABLE)
                        || BY_CONDITION.containsValue(key));
    }

    private Set<String> noScheduleKeys() {
        Set<String> keys = new LinkedHashSet<>();
        switch (NodeHealth.readiness(node)) {
            // One that has said nothing yet keeps the taint it was registered with.
            case "False", "" -> keys.add(Taints.NOT_READY);
            case "Unknown" -> keys.add(Taints.UNREACHABLE);
            default -> {}
        }
        BY_CONDITION.forEach((condition, key) -> {
            if (Conditions.isTrue(node.tree().path("status"), condition)) {
                keys.add(key);
            }
        });
        if (Json.bool(node.tree(), "spec", "unschedulable")) {
            keys.add(UNSCHEDULABLE);
        }
        return keys;
    }

    private Optional<String> noExecuteKey() {
        String key = switch (NodeHealth.readiness(node)) {
            case "False" -> Taints.NOT_READY;
            case "Unknown" -> Taints.UNREACHABLE;
            default -> "";
        };
        if (key.isEmpty() || nodes().stream().noneMatch(NodeTaints::isReady)) {
            // No node at all is ready: then it is us who are cut off, not they.
            return Optional.empty();
        }
        boolean has = Taints.of(node.tree()).stream().anyMatch(Taints::tellsOfFailure);
        return has || interval().isPresent() ? Optional.of(key) : Optional.empty();
    }

    private static boolean isReady(StoredObject node) {
        return NodeHealth.readiness(node).equals("True");
    }

    private List<StoredObject> nodes() {
        return view.list(BuiltInTypes.NODES.groupResource(), "");
    }

    private static String zone(StoredObject node) {
        return node.meta().labels().getOrDefault("topology.kubernetes.io/region", "") + ":"
                + node.meta().labels().getOrDefault("topology.kubernetes.io/zone", "");
    }

    private List<StoredObject> zone() {
        return nodes().stream().filter(other -> zone(other).equals(zone(node))).toList();
    }

    /** Between two nodes of the zone; empty while none may be given up. */
    private Optional<Duration> interval() {
        List<StoredObject> zone = zone();
        long lost = zone.stream().filter(other -> !isReady(other)).count();
        boolean all = lost == zone.size();
        boolean doubtful = !all && lost > 2 && lost >= settings.unhealthyZoneThreshold() * zone.size();
        if (!doubtful) {
            return Optional.of(settings.evictionInterval());
        }
        return zone.size() > settings.largeZone() ? Optional.of(settings.slowEvictionInterval()) : Optional.empty();
    }

    /** When the zone's next node may be given up; empty if that is long past. */
    private Optional<Instant> turn() {
        List<Instant> added = new ArrayList<>();
        for (StoredObject other : zone()) {
            if (!other.key().equals(node.key())) {
                Taints.of(other.tree()).stream()
                        .filter(Taints::tellsOfFailure)
                        .flatMap(taint -> Times.at(taint, "timeAdded").stream())
                        .forEach(added::add);
            }
        }
        // A node that goes from not ready to unreachable has had its turn.
        boolean had = Taints.of(node.tree()).stream().anyMatch(Taints::tellsOfFailure);
        return had
                ? Optional.empty()
                : added.stream()
                        .max(Instant::compareTo)
                        .flatMap(last -> interval().map(last::plus));
    }
}
