package dev.troupe.model.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;

/** Whether a pod's tolerations tolerate a taint. */
public final class Tolerations {
    private Tolerations() {}

    /**
     * Whether any toleration matches.
     *
     * @param tolerations {@code spec.tolerations} of a pod
     */
    public static boolean tolerate(JsonNode tolerations, JsonNode taint) {
        for (JsonNode toleration : tolerations) {
            if (matches(toleration, taint)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this toleration matches: effect and key empty match all, operator Exists matches all values. */
    public static boolean matches(JsonNode toleration, JsonNode taint) {
        String effect = Json.text(toleration, "effect");
        String key = Json.text(toleration, "key");
        if (!effect.isEmpty() && !effect.equals(Json.text(taint, "effect"))) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(Json.text(taint, "key"))) {
            return false;
        }
        return Json.text(toleration, "operator").equals("Exists")
                || (!key.isEmpty() && Json.text(toleration, "value").equals(Json.text(taint, "value")));
    }
}
