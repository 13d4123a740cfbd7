package dev.troupe.model.schema;

import com.fasterxml.jackson.databind.JsonNode;

/** The words in which a value of a wrong type is refused: Kubernetes reads bodies by one way, patched trees by another. */
public enum Wording {
    /** Go's JSON decoder. */
    DECODER {
        @Override
        String mismatch(JsonNode value, String goField, Schema schema) {
            return decoder(kind(value), goField, GoTypes.name(schema));
        }

        @Override
        String notWhole(JsonNode value, String goField, Schema schema) {
            return decoder("number " + literal(value), goField, GoTypes.name(schema));
        }

        @Override
        String unreadable(String found, String goField, String type) {
            return decoder(found, goField, type);
        }

        @Override
        String corruptBase64(int at) {
            return "illegal base64 data at input byte " + at;
        }
    },
    /** The conversion of a tree that a strategic merge patch made. */
    CONVERTER {
        @Override
        String mismatch(JsonNode value, String goField, Schema schema) {
            return switch (schema.shape()) {
                case OBJECT -> "cannot restore struct from: " + goKind(value);
                case MAP -> "cannot restore map from " + goKind(value);
                case ARRAY, BYTES -> "cannot restore slice from " + goKind(value);
                case STRING ->
                    value.isNumber() ? "cannot convert " + goKind(value) + " to string" : "unrecognized type: string";
                default -> "unrecognized type: " + GoTypes.name(schema);
            };
        }

        @Override
        String notWhole(JsonNode value, String goField, Schema schema) {
            return "cannot convert " + goKind(value) + " to " + GoTypes.name(schema);
        }

        @Override
        String unreadable(String found, String goField, String type) {
            return "json: cannot unmarshal " + found + " into Go value of type " + type;
        }

        @Override
        String corruptBase64(int at) {
            return "error decoding from json: illegal base64 data at input byte " + at;
        }
    };

    /**
     * A value of another shape than the schema's.
     *
     * @param goField struct and path, as {@code DeploymentSpec.spec.replicas}
     */
    abstract String mismatch(JsonNode value, String goField, Schema schema);

    /** A number where an integer of the schema's size is wanted. */
    abstract String notWhole(JsonNode value, String goField, Schema schema);

    /**
     * A value that a type with a reader of its own hands to the plain decoder.
     *
     * @param found kind of value, with the number for a number of wrong size
     */
    abstract String unreadable(String found, String goField, String type);

    abstract String corruptBase64(int at);

    private static String decoder(String found, String goField, String type) {
        return "json: cannot unmarshal " + found + " into Go struct field " + goField + " of type " + type;
    }

    /** As JSON calls it. */
    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            default -> "object";
        };
    }

    /** The number as the client most likely wrote it. */
    static String literal(JsonNode value) {
        return value.asText().replace("E+", "e").replace('E', 'e');
    }

    private static String goKind(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
            case ARRAY -> "slice";
            case OBJECT -> "map";
            default -> kind(value);
        };
    }
}
