package dev.troupe.model.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The autoscaling/v1 Scale view of a workload: how many replicas there shall be and are. */
public final class Scales {
    private static final ResourceType TYPE =
            new ResourceType("autoscaling", "v1", "scales", "scale", "Scale", true, List.of(), List.of(), List.of());

    private Scales() {}

    /** The Scale of a Deployment, ReplicaSet or ReplicationController. */
    public static ObjectNode of(ResourceType type, JsonNode object) {
        ObjectNode scale = Json.object();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            JsonNode value = object.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        int replicas = Json.integer(object, 0, "spec", "replicas");
        ObjectNode spec = scale.putObject("spec");
        if (replicas != 0) {
            spec.put("replicas", replicas);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", Json.integer(object, 0, "status", "replicas"));
        String selector =
                selectorText(object.path("spec").path("selector"), type.group().isEmpty());
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /**
     * A copy of the object with the Scale's replicas.
     *
     * @param scale as sent; normalized in place
     * @return the copy; 400 for a Scale of the wrong types, 422 for fewer than no replicas
     */
    static Outcome<ObjectNode> applyTo(JsonNode object, ObjectNode scale) {
        if (FieldChecker.check(TYPE, scale) instanceof Outcome.Failure<List<String>> failure) {
            return Outcome.failure(failure.status());
        }
        int replicas = Json.integer(scale, 0, "spec", "replicas");
        if (replicas < 0) {
            return Outcome.failure(Status.invalid(
                    "autoscaling",
                    "Scale",
                    Json.text(object, "metadata", "name"),
                    List.of(FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0"))));
        }
        ObjectNode scaled = object.deepCopy();
        scaled.withObject("spec").put("replicas", replicas);
        return Outcome.success(scaled);
    }

    private static String selectorText(JsonNode selector, boolean plain) {
        if (!plain) {
            return LabelSelector.of(selector).toString();
        }
        Map<String, String> labels = new HashMap<>();
        selector.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return LabelSelector.equalTo(labels).toString();
    }
}
