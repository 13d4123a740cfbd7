package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** RFC 7386: null removes, objects merge, all else replaces. */
final class MergePatches {
    private MergePatches() {}

    static void apply(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                target.remove(field.getKey());
            } else if (field.getValue() instanceof ObjectNode nested) {
                ObjectNode into = target.get(field.getKey()) instanceof ObjectNode present
                        ? present
                        : target.putObject(field.getKey());
                apply(into, nested);
            } else {
                target.set(field.getKey(), field.getValue());
            }
        });
    }
}
