package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** RFC 7386: null removes, objects merge, all else replaces. */
final class MergePatches {
    private MergePatches() {}

    /** @param patch not changed, and shares nothing with the target afterwards */
    static void apply(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value instanceof ObjectNode nested && target.get(field.getKey()) instanceof ObjectNode present) {
                apply(present, nested);
            } else {
                target.set(field.getKey(), Nulls.prune(value.deepCopy()));
            }
        }
    }
}
