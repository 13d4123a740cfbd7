package dev.troupe.http.request;

import dev.troupe.http.request.AcceptHeader.Alternative;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The form of answer that a client accepts.
 *
 * @param encoding of the bytes
 * @param shape what of the object is shown
 * @param metaVersion of meta.k8s.io for tables and partial objects: v1 or v1beta1
 * @param pretty JSON with line breaks, for people
 */
public record OutputFormat(Encoding encoding, Shape shape, String metaVersion, boolean pretty) {
    private static final String META_GROUP = "meta.k8s.io";

    /** How the answer is written. */
    public enum Encoding {
        JSON("application/json"),
        YAML("application/yaml");

        private final String mediaType;

        Encoding(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    /** What is shown. */
    public enum Shape {
        OBJECT,
        TABLE,
        PARTIAL_METADATA
    }

    public static OutputFormat json(boolean pretty) {
        return new OutputFormat(Encoding.JSON, Shape.OBJECT, "v1", pretty);
    }

    /**
     * Chooses the first alternative that can be served, or answers 406.
     *
     * @param collection whether the answer is a list, of which partial metadata has a kind of its own
     */
    public static Outcome<OutputFormat> negotiate(String accept, boolean collection, boolean pretty) {
        for (Alternative alternative : AcceptHeader.parse(accept).alternatives()) {
            for (Encoding encoding : Encoding.values()) {
                if (!alternative.matches(encoding.mediaType())) {
                    continue;
                }
                Optional<Shape> shape = shape(alternative, collection);
                if (shape.isPresent()) {
                    String version = alternative.parameter("v");
                    return Outcome.success(
                            new OutputFormat(encoding, shape.get(), version.isEmpty() ? "v1" : version, pretty));
                }
            }
        }
        return Outcome.failure(notAcceptable());
    }

    private static Optional<Shape> shape(Alternative alternative, boolean collection) {
        String as = alternative.parameter("as");
        if (as.isEmpty()) {
            return Optional.of(Shape.OBJECT);
        }
        if (!alternative.parameter("g").equals(META_GROUP)
                || !Set.of("v1", "v1beta1").contains(alternative.parameter("v"))) {
            return Optional.empty();
        }
        return switch (as) {
            case "Table" -> Optional.of(Shape.TABLE);
            case "PartialObjectMetadata" -> collection ? Optional.empty() : Optional.of(Shape.PARTIAL_METADATA);
            case "PartialObjectMetadataList" -> collection ? Optional.of(Shape.PARTIAL_METADATA) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Status notAcceptable() {
        return Status.notAcceptable(List.of(Encoding.JSON.mediaType(), Encoding.YAML.mediaType()));
    }

    /** Plain objects in this encoding, as errors and Status answers are sent. */
    public OutputFormat plain() {
        return new OutputFormat(encoding, Shape.OBJECT, metaVersion, pretty);
    }

    public String metaApiVersion() {
        return META_GROUP + "/" + metaVersion;
    }
}
