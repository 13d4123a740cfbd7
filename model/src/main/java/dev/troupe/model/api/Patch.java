package dev.troupe.model.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A change to an object as the client described it. */
public sealed interface Patch {
    /** RFC 6902. */
    record JsonPatch(ArrayNode operations) implements Patch {}

    /** RFC 7386. */
    record MergePatch(ObjectNode patch) implements Patch {}

    /** Kubernetes' strategic merge patch with its directives. */
    record StrategicMergePatch(ObjectNode patch) implements Patch {}

    /** The document as it was sent. */
    default JsonNode document() {
        return switch (this) {
            case JsonPatch json -> json.operations();
            case MergePatch merge -> merge.patch();
            case StrategicMergePatch strategic -> strategic.patch();
        };
    }
}
