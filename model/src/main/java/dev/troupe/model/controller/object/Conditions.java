package dev.troupe.model.controller.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.time.Instant;
import java.util.Optional;

/** Reads and changes {@code status.conditions}. */
public final class Conditions {
    private Conditions() {}

    /** A condition's status without its times. */
    public record Condition(String type, String status, String reason, String message) {
        public static Condition isTrue(String type, String reason, String message) {
            return new Condition(type, "True", reason, message);
        }

        public static Condition isFalse(String type, String reason, String message) {
            return new Condition(type, "False", reason, message);
        }

        public static Condition unknown(String type, String reason, String message) {
            return new Condition(type, "Unknown", reason, message);
        }

        /** As JSON, with a transition now. Empty texts are left out. */
        public ObjectNode toJson(Instant now) {
            ObjectNode json = Json.object();
            json.put("type", type).put("status", status);
            json.put("lastTransitionTime", Times.text(now));
            if (!reason.isEmpty()) {
                json.put("reason", reason);
            }
            if (!message.isEmpty()) {
                json.put("message", message);
            }
            return json;
        }
    }

    /** The condition of a type in a status. */
    public static Optional<JsonNode> find(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Optional.of(condition);
            }
        }
        return Optional.empty();
    }

    public static boolean isTrue(JsonNode status, String type) {
        return find(status, type).filter(found -> hasStatus(found, "True")).isPresent();
    }

    public static boolean hasStatus(JsonNode condition, String status) {
        return Json.text(condition, "status").equals(status);
    }

    public static boolean hasReason(JsonNode condition, String reason) {
        return Json.text(condition, "reason").equals(reason);
    }

    /** Puts a condition at the end in place of one of its type. */
    public static void replace(ObjectNode status, JsonNode condition) {
        remove(status, Json.text(condition, "type"));
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
        conditions.add(condition);
    }

    /** Puts a condition in the place of one of its type, or at the end. */
    public static void put(ObjectNode status, JsonNode condition) {
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
        for (int i = 0; i < conditions.size(); i++) {
            if (Json.text(conditions.get(i), "type").equals(Json.text(condition, "type"))) {
                conditions.set(i, condition);
                return;
            }
        }
        conditions.add(condition);
    }

    /** Removes the condition of a type, and the array with its last element. */
    public static void remove(ObjectNode status, String type) {
        if (!(status.get("conditions") instanceof ArrayNode conditions)) {
            return;
        }
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (Json.text(conditions.get(i), "type").equals(type)) {
                conditions.remove(i);
            }
        }
        if (conditions.isEmpty()) {
            status.remove("conditions");
        }
    }
}
