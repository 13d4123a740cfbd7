package dev.troupe.model.controller.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node's taints, and whether a pod tolerates them. */
final class Taints {
    static final String NO_EXECUTE = "NoExecute";
    static final String NO_SCHEDULE = "NoSchedule";
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";

    private Taints() {}

    static List<JsonNode> of(JsonNode node) {
        List<JsonNode> taints = new ArrayList<>();
        node.path("spec").path("taints").forEach(taints::add);
        return taints;
    }

    static List<JsonNode> noExecute(JsonNode node) {
        return of(node).stream().filter(taint -> hasEffect(taint, NO_EXECUTE)).toList();
    }

    static boolean hasEffect(JsonNode taint, String effect) {
        return Json.text(taint, "effect").equals(effect);
    }

    static String key(JsonNode taint) {
        return Json.text(taint, "key");
    }

    /** By which a node's failure, and no person, drives pods away. */
    static boolean tellsOfFailure(JsonNode taint) {
        return hasEffect(taint, NO_EXECUTE)
                && (key(taint).equals(NOT_READY) || key(taint).equals(UNREACHABLE));
    }

    /** The first of a pod's tolerations that fits a taint. */
    static Optional<JsonNode> toleration(JsonNode pod, JsonNode taint) {
        for (JsonNode toleration : pod.path("spec").path("tolerations")) {
            if (tolerates(toleration, taint)) {
                return Optional.of(toleration);
            }
        }
        return Optional.empty();
    }

    private static boolean tolerates(JsonNode toleration, JsonNode taint) {
        String effect = Json.text(toleration, "effect");
        String key = Json.text(toleration, "key");
        boolean exists = Json.text(toleration, "operator").equals("Exists");
        return (effect.isEmpty() || hasEffect(taint, effect))
                && (key.isEmpty() ? exists : key.equals(key(taint)))
                && (exists || Json.text(toleration, "value").equals(Json.text(taint, "value")));
    }
}
