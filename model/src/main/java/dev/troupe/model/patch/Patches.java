package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.List;

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
            case Patch.JsonPatch json ->
                JsonPatches.apply(copy, json.operations())
                        .flatMap(patched -> patched instanceof ObjectNode object
                                ? Outcome.success(object)
                                : Outcome.failure(unfit(
                                        patch,
                                        patched,
                                        "json: cannot unmarshal array into Go value of type v1." + type.kind())));
            case Patch.MergePatch merge -> {
                MergePatches.apply(copy, merge.patch());
                yield Outcome.success(copy);
            }
            case Patch.StrategicMergePatch strategic -> StrategicMerge.apply(type, copy, strategic.patch());
        };
    }

    /**
     * The answer where a patch applies but leaves no object of the kind.
     *
     * @param patched what the patch made of the object
     * @param why the decoder's words
     */
    public static Status unfit(Patch patch, JsonNode patched, String why) {
        String shown = switch (patch) {
            case Patch.JsonPatch json -> patched.toString();
            case Patch.MergePatch merge -> patched.toString();
            case Patch.StrategicMergePatch strategic -> GoText.of(strategic.patch());
        };
        return Status.invalid("", "", "", List.of(FieldError.invalid("patch", shown, why)));
    }
}
