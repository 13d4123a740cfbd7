package dev.troupe.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Encodes a version 2 document as the protobuf message {@code openapi.v2.Document}, the only form in which kubectl reads
 * it. Field numbers are those of the public OpenAPIv2.proto; what our documents never hold is not encoded.
 */
final class GnosticDocument {
    /** The methods of a path and their numbers in PathItem. */
    private static final Map<String, Integer> METHODS = Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "patch", 8);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private GnosticDocument() {}

    /** Fills one message. */
    private interface Fields {
        void write(GnosticDocument message) throws IOException;
    }

    /** The message's bytes; about as long as the JSON. */
    static byte[] encode(JsonNode document) {
        try {
            return message(root -> {
                root.text(1, document.path("swagger"));
                root.nested(2, info -> {
                    info.text(1, document.path("info").path("title"));
                    info.text(2, document.path("info").path("version"));
                });
                root.nested(8, paths -> {
                    for (Map.Entry<String, JsonNode> path :
                            document.path("paths").properties()) {
                        paths.named(2, path.getKey(), item -> pathItem(item, path.getValue()));
                    }
                });
                root.nested(9, definitions -> {
                    for (Map.Entry<String, JsonNode> definition :
                            document.path("definitions").properties()) {
                        definitions.named(1, definition.getKey(), schema -> schema(schema, definition.getValue()));
                    }
                });
            });
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    private static byte[] message(Fields fields) throws IOException {
        GnosticDocument message = new GnosticDocument();
        fields.write(message);
        message.out.flush();
        return message.bytes.toByteArray();
    }

    private void nested(int field, Fields fields) throws IOException {
        out.writeByteArray(field, message(fields));
    }

    /** A NamedX message: a name and a value. */
    private void named(int field, String name, Fields value) throws IOException {
        nested(field, pair -> {
            pair.out.writeString(1, name);
            pair.nested(2, value);
        });
    }

    private void text(int field, JsonNode value) throws IOException {
        if (value.isTextual()) {
            out.writeString(field, value.textValue());
        }
    }

    private void texts(int field, JsonNode values) throws IOException {
        for (JsonNode value : values) {
            out.writeString(field, value.asText());
        }
    }

    private void flag(int field, JsonNode value) throws IOException {
        if (value.asBoolean(false)) {
            out.writeBool(field, true);
        }
    }

    /** Extensions hold their value as YAML text, which JSON is. */
    private void extensions(int field, JsonNode json) throws IOException {
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (entry.getKey().startsWith("x-")) {
                named(
                        field,
                        entry.getKey(),
                        any -> any.out.writeString(2, entry.getValue().toString()));
            }
        }
    }

    private static void pathItem(GnosticDocument item, JsonNode json) throws IOException {
        for (Map.Entry<String, JsonNode> method : json.properties()) {
            Integer field = METHODS.get(method.getKey());
            if (field != null) {
                item.nested(field, operation -> operation(operation, method.getValue()));
            }
        }
        parameters(item, 9, json.path("parameters"));
    }

    private static void operation(GnosticDocument operation, JsonNode json) throws IOException {
        operation.texts(1, json.path("tags"));
        operation.text(3, json.path("description"));
        operation.text(5, json.path("operationId"));
        operation.texts(6, json.path("produces"));
        operation.texts(7, json.path("consumes"));
        parameters(operation, 8, json.path("parameters"));
        operation.nested(9, responses -> {
            for (Map.Entry<String, JsonNode> response : json.path("responses").properties()) {
                responses.named(
                        1,
                        response.getKey(),
                        value -> value.nested(1, message -> {
                            message.text(1, response.getValue().path("description"));
                            JsonNode schema = response.getValue().path("schema");
                            if (schema.isObject()) {
                                message.nested(2, item -> item.nested(1, inner -> schema(inner, schema)));
                            }
                        }));
            }
        });
        operation.texts(10, json.path("schemes"));
        operation.extensions(13, json);
    }

    private static void parameters(GnosticDocument owner, int field, JsonNode parameters) throws IOException {
        for (JsonNode parameter : parameters) {
            owner.nested(field, item -> item.nested(1, choice -> parameter(choice, parameter)));
        }
    }

    private static void parameter(GnosticDocument choice, JsonNode json) throws IOException {
        switch (json.path("in").asText()) {
            case "body" ->
                choice.nested(1, body -> {
                    body.text(2, json.path("name"));
                    body.text(3, json.path("in"));
                    body.flag(4, json.path("required"));
                    body.nested(5, schema -> schema(schema, json.path("schema")));
                });
            case "query" ->
                choice.nested(
                        2,
                        other -> other.nested(3, query -> {
                            query.text(2, json.path("in"));
                            query.text(3, json.path("description"));
                            query.text(4, json.path("name"));
                            query.text(6, json.path("type"));
                            query.flag(20, json.path("uniqueItems"));
                        }));
            default ->
                choice.nested(
                        2,
                        other -> other.nested(4, variable -> {
                            variable.flag(1, json.path("required"));
                            variable.text(2, json.path("in"));
                            variable.text(3, json.path("description"));
                            variable.text(4, json.path("name"));
                            variable.text(5, json.path("type"));
                            variable.flag(19, json.path("uniqueItems"));
                        }));
        }
    }

    private static void schema(GnosticDocument schema, JsonNode json) throws IOException {
        schema.text(1, json.path("$ref"));
        schema.text(2, json.path("format"));
        schema.text(4, json.path("description"));
        schema.texts(19, json.path("required"));
        if (json.has("additionalProperties")) {
            schema.nested(21, item -> item.nested(1, values -> schema(values, json.path("additionalProperties"))));
        }
        if (json.has("type")) {
            schema.nested(22, type -> type.text(1, json.path("type")));
        }
        if (json.has("items")) {
            schema.nested(23, items -> items.nested(1, element -> schema(element, json.path("items"))));
        }
        if (json.has("properties")) {
            schema.nested(25, properties -> {
                for (Map.Entry<String, JsonNode> property :
                        json.path("properties").properties()) {
                    properties.named(1, property.getKey(), value -> schema(value, property.getValue()));
                }
            });
        }
        schema.extensions(31, json);
    }
}
