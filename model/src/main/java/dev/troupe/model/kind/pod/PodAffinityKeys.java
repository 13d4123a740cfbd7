package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.List;

/** Turns matchLabelKeys and mismatchLabelKeys of a new pod's affinity into requirements on the pod's own labels. */
public final class PodAffinityKeys {
    private PodAffinityKeys() {}

    /** Adds the requirements in place. To be done once, when the pod is made. */
    public static void resolve(ObjectNode pod) {
        JsonNode labels = pod.path("metadata").path("labels");
        for (ObjectNode term : terms(pod.path("spec").path("affinity"))) {
            if (term.path("labelSelector") instanceof ObjectNode selector) {
                require(term.path("matchLabelKeys"), "In", labels, selector);
                require(term.path("mismatchLabelKeys"), "NotIn", labels, selector);
            }
        }
    }

    private static List<ObjectNode> terms(JsonNode affinity) {
        List<ObjectNode> terms = new ArrayList<>();
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode rules = affinity.path(kind);
            terms.addAll(Trees.objects(rules.path("requiredDuringSchedulingIgnoredDuringExecution")));
            for (JsonNode preferred : rules.path("preferredDuringSchedulingIgnoredDuringExecution")) {
                if (preferred.path("podAffinityTerm") instanceof ObjectNode term) {
                    terms.add(term);
                }
            }
        }
        return terms;
    }

    private static void require(JsonNode keys, String operator, JsonNode labels, ObjectNode selector) {
        for (JsonNode key : keys) {
            JsonNode value = labels.get(key.asText());
            if (value == null) {
                continue;
            }
            ArrayNode expressions = selector.path("matchExpressions") instanceof ArrayNode present
                    ? present
                    : selector.putArray("matchExpressions");
            ArrayNode values = Json.array().add(value);
            expressions
                    .addObject()
                    .put("key", key.asText())
                    .put("operator", operator)
                    .set("values", values);
        }
    }
}
