package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.resource.ResourceType;

/** Applies a client's patch to an object. */
public final class Patches {
    private Patches() {}

    /**
     * The patched copy, not yet checked against the kind's rules.
     *
     * @param current not changed
     */
    public static Outcome<ObjectNode> apply(ResourceType type, JsonNode current, Patch patch) {
        ObjectNode copy = current.deepCopy();
        return switch (patch) {
            case Patch.JsonPatch json -> JsonPatches.apply(copy, json.operations());
            case Patch.MergePatch merge -> {
                MergePatches.apply(copy, merge.patch());
                yield Outcome.success(copy);
            }
            case Patch.StrategicMergePatch strategic -> StrategicMerge.apply(type, copy, strategic.patch());
        };
    }
}
