package dev.troupe.model.controller.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether a node is heard of. */
final class NodeHealth {
    private static final String LEASES = "kube-node-lease";
    private static final List<String> CONDITIONS = List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    private final StoredObject node;
    private final ClusterView view;
    private final NodeSettings settings;

    NodeHealth(StoredObject node, ClusterView view, NodeSettings settings) {
        this.node = node;
        this.view = view;
        this.settings = settings;
    }

    /** {@code True}, {@code False} or {@code Unknown}; empty while the node has not said anything. */
    static String readiness(StoredObject node) {
        return Conditions.find(node.tree().path("status"), "Ready")
                .map(ready -> Json.text(ready, "status"))
                .orElse("");
    }

    /** When the node counts as lost unless it is heard of before. */
    Instant deadline(Instant now) {
        Instant heard = latest(heartbeat(), view.observingSince());
        // A clock ahead of ours must not keep a dead node alive.
        Instant seen = heard.isAfter(now) ? now : heard;
        return seen.plus(readiness(node).isEmpty() ? settings.startupGracePeriod() : settings.gracePeriod());
    }

    private Instant heartbeat() {
        Optional<Instant> renewed = view.get(
                        BuiltInTypes.LEASES.key(LEASES, node.meta().name()))
                .flatMap(lease -> Times.at(lease.tree(), "spec", "renewTime"));
        Optional<Instant> reported = Conditions.find(node.tree().path("status"), "Ready")
                .filter(ready -> !Conditions.hasStatus(ready, "Unknown"))
                .flatMap(ready -> Times.at(ready, "lastHeartbeatTime"));
        Instant created = node.meta().creationTimestamp();
        return latest(latest(renewed.orElse(created), reported.orElse(created)), created);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** The node with all that it would have to say itself unknown. */
    ObjectNode lost(Instant now) {
        ObjectNode changed = node.copy();
        ObjectNode status = Json.objectAt(changed, "status");
        for (String type : CONDITIONS) {
            Optional<JsonNode> present = Conditions.find(status, type);
            if (present.isEmpty()) {
                Conditions.put(
                        status,
                        unknown(type, "NodeStatusNeverUpdated", "Kubelet never posted node status.", now)
                                .put("lastHeartbeatTime", Times.text(node.meta().creationTimestamp())));
            } else if (!Conditions.hasStatus(present.get(), "Unknown")) {
                ObjectNode condition = unknown(type, "NodeStatusUnknown", "Kubelet stopped posting node status.", now);
                condition.set("lastHeartbeatTime", present.get().path("lastHeartbeatTime"));
                Conditions.put(status, condition);
            }
        }
        return changed;
    }

    private static ObjectNode unknown(String type, String reason, String message, Instant now) {
        return Conditions.Condition.unknown(type, reason, message).toJson(now);
    }
}
