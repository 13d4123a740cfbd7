package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;

/** Where a patch adds something new, its nulls delete nothing and are dropped. */
final class Nulls {
    private Nulls() {}

    /** Removes fields that are null, in place and at every depth; nulls in lists stay. */
    static JsonNode prune(JsonNode node) {
        Deque<JsonNode> pending = new ArrayDeque<>();
        pending.push(node);
        while (!pending.isEmpty()) {
            JsonNode next = pending.pop();
            if (next instanceof ObjectNode object) {
                object.properties().removeIf(field -> field.getValue().isNull());
            }
            next.forEach(pending::push);
        }
        return node;
    }
}
