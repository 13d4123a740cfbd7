package dev.troupe.model.controller.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.resource.StoredObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pods from pod templates. */
public final class PodTemplates {
    private PodTemplates() {}

    /** A pod as the owner's {@code spec.template} describes it, controlled by the owner, without a name. */
    public static ObjectNode podOf(StoredObject owner) {
        JsonNode template = owner.tree().path("spec").path("template");
        ObjectNode pod = Json.object();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("generateName", namePrefix(owner.meta().name()));
        for (String field : List.of("labels", "annotations", "finalizers")) {
            JsonNode value = template.path("metadata").path(field);
            if (!value.isEmpty()) {
                metadata.set(field, value.deepCopy());
            }
        }
        metadata.putArray("ownerReferences").add(Steps.controllerReference(owner));
        pod.set("spec", template.path("spec").deepCopy());
        return pod;
    }

    /** The labels that a template gives its pods. */
    public static Map<String, String> labels(JsonNode template) {
        Map<String, String> labels = new HashMap<>();
        template.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /** With the dash unless that made the prefix of a name a wrong one. */
    private static String namePrefix(String ownerName) {
        String prefix = ownerName + "-";
        return ObjectNames.dns1123Subdomain(prefix, true).isEmpty() ? prefix : ownerName;
    }
}
