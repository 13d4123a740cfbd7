package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.List;
import java.util.OptionalInt;

/**
 * What Kubernetes' default admission adds to a new pod from the pod alone: the service account's name, the tolerations
 * of nodes that are away for less than five minutes, and the priority of the built-in classes.
 */
public final class PodAdmission {
    private static final int TOLERATION_SECONDS = 300;
    private static final int SYSTEM_CLUSTER_CRITICAL = 2_000_000_000;
    private static final int SYSTEM_NODE_CRITICAL = 2_000_001_000;

    private PodAdmission() {}

    /** Fills in place. */
    public static void admit(ObjectNode spec) {
        boolean named = Json.optionalText(spec, "serviceAccountName")
                .or(() -> Json.optionalText(spec, "serviceAccount"))
                .isPresent();
        if (!named) {
            spec.put("serviceAccountName", "default");
        }
        for (String condition : List.of("not-ready", "unreachable")) {
            tolerate(spec, "node.kubernetes.io/" + condition);
        }
        if (!spec.hasNonNull("priority")) {
            // An unknown class was refused by admission.
            spec.put(
                    "priority", priorityOf(Json.text(spec, "priorityClassName")).orElse(0));
        }
        Trees.putIfAbsent(spec, "preemptionPolicy", "PreemptLowerPriority");
    }

    /** The priority of a built-in class; 0 without a class; empty for a class that is not known. */
    public static OptionalInt priorityOf(String className) {
        return switch (className) {
            case "" -> OptionalInt.of(0);
            case "system-cluster-critical" -> OptionalInt.of(SYSTEM_CLUSTER_CRITICAL);
            case "system-node-critical" -> OptionalInt.of(SYSTEM_NODE_CRITICAL);
            default -> OptionalInt.empty();
        };
    }

    private static void tolerate(ObjectNode spec, String taint) {
        for (JsonNode toleration : spec.path("tolerations")) {
            String key = Json.text(toleration, "key");
            String effect = Json.text(toleration, "effect");
            boolean sameKey = key.equals(taint) || key.isEmpty();
            if (sameKey && (effect.isEmpty() || effect.equals("NoExecute"))) {
                return;
            }
        }
        ArrayNode tolerations =
                spec.path("tolerations") instanceof ArrayNode present ? present : spec.putArray("tolerations");
        tolerations
                .addObject()
                .put("key", taint)
                .put("operator", "Exists")
                .put("effect", "NoExecute")
                .put("tolerationSeconds", TOLERATION_SECONDS);
    }
}
