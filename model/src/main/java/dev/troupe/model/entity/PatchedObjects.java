package dev.troupe.model.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions.FieldValidation;
import dev.troupe.model.json.Json;
import dev.troupe.model.patch.Patches;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.schema.Wording;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Optional;

/** Whether what a patch made is still an object of its kind. Faults are the patch's: 422, where a body's are 400. */
final class PatchedObjects {
    private PatchedObjects() {}

    /**
     * Checks and normalizes in place.
     *
     * @param problems what a strict decoder would refuse; added to
     * @return the answer to a patch that cannot be accepted
     */
    static Optional<Status> check(ResourceType type, Write.ApplyPatch write, ObjectNode object, List<String> problems) {
        Patch patch = write.patch();
        boolean strategic = patch instanceof Patch.StrategicMergePatch;
        Optional<String> other = strategic ? Optional.empty() : otherKind(type, object);
        if (other.isPresent()) {
            return Optional.of(Patches.unfit(patch, object, other.get()));
        }
        // What a strategic patch says of the kind is passed over, as the result is read into the kind's own type.
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        JsonNode shown = object.deepCopy();
        FieldChecker.Findings findings =
                FieldChecker.inspect(type, object, strategic ? Wording.CONVERTER : Wording.DECODER);
        if (findings.wrong().isPresent()) {
            return Optional.of(Patches.unfit(patch, shown, findings.wrong().get()));
        }
        problems.addAll(strategic ? findings.unknown().stream().sorted().toList() : findings.unknown());
        if (write.options().fieldValidation() != FieldValidation.STRICT || problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Patches.unfit(patch, shown, "strict decoding error: " + String.join(", ", problems)));
    }

    private static Optional<String> otherKind(ResourceType type, ObjectNode object) {
        JsonNode apiVersion = object.path("apiVersion");
        JsonNode kind = object.path("kind");
        if (!kind.isTextual() || kind.textValue().isEmpty()) {
            return Optional.of("Object 'Kind' is missing in '" + object + "'");
        }
        if (!apiVersion.isTextual() || apiVersion.textValue().isEmpty()) {
            return Optional.of("Object 'apiVersion' is missing in '" + object + "'");
        }
        return kind.textValue().equals(type.kind()) && apiVersion.textValue().equals(type.apiVersion())
                ? Optional.empty()
                : Optional.of("no kind \"" + Json.text(kind) + "\" is registered for version \"" + Json.text(apiVersion)
                        + "\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
    }
}
