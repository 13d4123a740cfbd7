package dev.troupe.actors.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the scheduler sends about a pod. Each names the pod's uid, so that a namesake is left alone. */
final class PodRequests {
    private PodRequests() {}

    /** Gives the pod its node. */
    static ObjectNode binding(StoredObject pod, String node) {
        ObjectNode binding = Json.object().put("apiVersion", "v1").put("kind", "Binding");
        binding.putObject("metadata")
                .put("name", pod.meta().name())
                .put("namespace", pod.meta().namespace())
                .put("uid", pod.meta().uid());
        binding.putObject("target").put("apiVersion", "v1").put("kind", "Node").put("name", node);
        return binding;
    }

    /** A strategic merge patch of the status: not scheduled, and why. The time is kept while the answer stays no. */
    static ObjectNode unschedulable(StoredObject pod, String message, Instant now) {
        String since = now.truncatedTo(ChronoUnit.SECONDS).toString();
        for (JsonNode condition : Json.at(pod.tree(), "status", "conditions")) {
            if (Json.text(condition, "type").equals("PodScheduled")
                    && Json.text(condition, "status").equals("False")) {
                since = Json.text(condition, "lastTransitionTime");
            }
        }
        ObjectNode patch = Json.object();
        patch.putObject("metadata").put("uid", pod.meta().uid());
        patch.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "False")
                .put("reason", "Unschedulable")
                .put("message", message)
                .putNull("lastProbeTime")
                .put("lastTransitionTime", since);
        return patch;
    }
}
