package dev.troupe.model.controller.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.Conditions.Condition;
import dev.troupe.model.controller.object.PodTemplates;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The counts in the status of a ReplicaSet or ReplicationController. */
record ReplicaStatus(int replicas, int fullyLabeledReplicas, int readyReplicas, int availableReplicas) {
    static final String FAILURE = "ReplicaFailure";

    /**
     * What is known of failures.
     *
     * @param condition the failure of the last plan
     * @param settled whether there is nothing to do any more, which disproves a failure reported before
     */
    record Failure(Optional<Condition> condition, boolean settled) {}

    static ReplicaStatus count(JsonNode spec, List<StoredObject> pods, Instant now) {
        Map<String, String> templateLabels = PodTemplates.labels(spec.path("template"));
        int minReadySeconds = Json.integer(spec, 0, "minReadySeconds");
        int labeled = 0;
        int ready = 0;
        int available = 0;
        for (StoredObject pod : pods) {
            PodView view = new PodView(pod);
            labeled += pod.meta().labels().entrySet().containsAll(templateLabels.entrySet()) ? 1 : 0;
            ready += view.isReady() ? 1 : 0;
            available += view.isAvailable(minReadySeconds, now) ? 1 : 0;
        }
        return new ReplicaStatus(pods.size(), labeled, ready, available);
    }

    static ReplicaStatus of(JsonNode status) {
        return new ReplicaStatus(
                Json.integer(status, 0, "replicas"),
                Json.integer(status, 0, "fullyLabeledReplicas"),
                Json.integer(status, 0, "readyReplicas"),
                Json.integer(status, 0, "availableReplicas"));
    }

    /** The whole status, if it differs from the current one. */
    Optional<ObjectNode> toJson(JsonNode current, long generation, Failure failure, Instant now) {
        ObjectNode status = current instanceof ObjectNode object ? object.deepCopy() : Json.object();
        boolean reported = Conditions.find(current, FAILURE).isPresent();
        boolean changed = !of(current).equals(this)
                || !current.has("replicas")
                || current.path("observedGeneration").asLong(0) != generation;
        if (failure.condition().isPresent() && !reported) {
            Conditions.replace(status, failure.condition().get().toJson(now));
            changed = true;
        } else if (failure.condition().isEmpty() && reported && failure.settled()) {
            Conditions.remove(status, FAILURE);
            changed = true;
        }
        if (!changed) {
            return Optional.empty();
        }
        status.put("replicas", replicas);
        putUnlessZero(status, "fullyLabeledReplicas", fullyLabeledReplicas);
        putUnlessZero(status, "readyReplicas", readyReplicas);
        putUnlessZero(status, "availableReplicas", availableReplicas);
        putUnlessZero(status, "observedGeneration", generation);
        return Optional.of(status);
    }

    private static void putUnlessZero(ObjectNode status, String field, long value) {
        if (value == 0) {
            status.remove(field);
        } else {
            status.put(field, value);
        }
    }
}
