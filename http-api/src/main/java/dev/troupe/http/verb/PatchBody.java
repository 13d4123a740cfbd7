package dev.troupe.http.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.codec.BodyDecoders;
import dev.troupe.model.codec.JsonBodyDecoder;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the body of a patch by its media type. */
final class PatchBody {
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";
    private static final String APPLY_PATCH = "application/apply-patch+yaml";
    private static final List<String> SERVED = List.of(JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH);

    private PatchBody() {}

    /** @param warnings about duplicate fields */
    record Parsed(Patch patch, List<String> warnings) {}

    /** The 415 for a media type that no patch has; it is given before anything else is looked at. */
    static Optional<Status> unsupported(String contentType) {
        String mediaType = BodyDecoders.mediaType(contentType);
        if (SERVED.contains(mediaType)) {
            return Optional.empty();
        }
        Status status = Status.unsupportedMediaType(SERVED);
        return Optional.of(
                mediaType.equals(APPLY_PATCH)
                        ? new Status(
                                status.code(),
                                status.reason(),
                                "server-side apply is not served yet - accepted media types include: "
                                        + String.join(", ", SERVED),
                                status.details())
                        : status);
    }

    static Outcome<Parsed> parse(String contentType, byte[] body) {
        List<String> warnings = new ArrayList<>();
        Outcome<JsonNode> document = JsonBodyDecoder.read(body, warnings);
        if (document instanceof Outcome.Failure<JsonNode> failure) {
            return Outcome.failure(Status.badRequest(
                    "error decoding patch: " + failure.status().message()));
        }
        JsonNode patch = document.orThrow();
        return switch (BodyDecoders.mediaType(contentType)) {
            case JSON_PATCH ->
                patch instanceof ArrayNode operations && allObjects(operations)
                        ? Outcome.success(new Parsed(new Patch.JsonPatch(operations), List.of()))
                        : wrong(patch, "[]interface {}");
            case MERGE_PATCH ->
                patch instanceof ObjectNode object
                        ? Outcome.success(new Parsed(new Patch.MergePatch(object), warnings))
                        : wrong(patch, "map[string]interface {}");
            default ->
                patch instanceof ObjectNode object
                        ? Outcome.success(new Parsed(new Patch.StrategicMergePatch(object), warnings))
                        : wrong(patch, "map[string]interface {}");
        };
    }

    private static boolean allObjects(ArrayNode operations) {
        for (JsonNode operation : operations) {
            if (!operation.isObject()) {
                return false;
            }
        }
        return true;
    }

    private static Outcome<Parsed> wrong(JsonNode patch, String goType) {
        String sent = patch.isArray()
                ? "array"
                : patch.isObject()
                        ? "object"
                        : patch.isTextual() ? "string" : patch.isNumber() ? "number" : patch.isNull() ? "null" : "bool";
        return Outcome.failure(Status.badRequest(
                "error decoding patch: json: cannot unmarshal " + sent + " into Go value of type " + goType));
    }
}
