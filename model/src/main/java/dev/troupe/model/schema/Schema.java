package dev.troupe.model.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What may stand at one place of an object. Immutable; references are followed when first needed. */
public final class Schema {
    /** The shapes a value can have. */
    public enum Shape {
        OBJECT,
        MAP,
        ARRAY,
        STRING,
        INT32,
        INT64,
        NUMBER,
        BOOLEAN,
        BYTES,
        QUANTITY,
        TIME,
        MICRO_TIME,
        DURATION,
        INT_OR_STRING,
        RAW
    }

    private final String typeName;
    private final JsonNode definition;
    private final Schemas schemas;
    private final Shape shape;
    private final Optional<String> mergeKey;
    private final Optional<String> patchStrategy;
    private volatile @Nullable Map<String, Schema> properties;
    private volatile @Nullable Schema items;

    /**
     * Wraps a schema document.
     *
     * @param place where it stands, with merge keys; the same node as the definition unless that is a reference
     */
    Schema(String typeName, JsonNode place, JsonNode definition, Schemas schemas) {
        this.typeName = typeName;
        this.definition = definition;
        this.schemas = schemas;
        this.shape = shapeOf(definition);
        this.mergeKey = Json.optionalText(place, "x-kubernetes-patch-merge-key");
        this.patchStrategy = Json.optionalText(place, "x-kubernetes-patch-strategy");
    }

    private static Shape shapeOf(JsonNode definition) {
        String format = Json.text(definition, "format");
        return switch (Json.text(definition, "type")) {
            case "array" -> Shape.ARRAY;
            case "boolean" -> Shape.BOOLEAN;
            case "integer" -> format.equals("int64") ? Shape.INT64 : Shape.INT32;
            case "number" -> Shape.NUMBER;
            case "string" ->
                switch (format) {
                    case "byte" -> Shape.BYTES;
                    case "quantity" -> Shape.QUANTITY;
                    case "date-time" -> Shape.TIME;
                    case "micro-time" -> Shape.MICRO_TIME;
                    case "duration" -> Shape.DURATION;
                    case "int-or-string" -> Shape.INT_OR_STRING;
                    default -> Shape.STRING;
                };
            default ->
                definition.has("additionalProperties")
                        ? Shape.MAP
                        : definition.has("properties") ? Shape.OBJECT : Shape.RAW;
        };
    }

    public Shape shape() {
        return shape;
    }

    /** The Go struct's name, for messages: {@code DeploymentSpec}. */
    public String structName() {
        return typeName.substring(typeName.lastIndexOf('.') + 1);
    }

    /** Fields of an object by their JSON names. */
    public Map<String, Schema> properties() {
        Map<String, Schema> known = properties;
        if (known == null) {
            Map<String, Schema> made = new LinkedHashMap<>();
            definition
                    .path("properties")
                    .properties()
                    .forEach(field -> made.put(field.getKey(), schemas.resolve(typeName, field.getValue())));
            known = made;
            properties = known;
        }
        return known;
    }

    /** The elements of an array or the values of a map. */
    public Schema items() {
        return lazily(() ->
                schemas.resolve(typeName, definition.path(shape == Shape.MAP ? "additionalProperties" : "items")));
    }

    private Schema lazily(Supplier<Schema> maker) {
        Schema known = items;
        if (known == null) {
            known = maker.get();
            items = known;
        }
        return known;
    }

    /** The field by which a strategic merge joins the list's elements. */
    public Optional<String> mergeKey() {
        return mergeKey;
    }

    /** Whether a strategic merge joins lists, or replaces; also {@code retainKeys}. */
    public boolean hasPatchStrategy(String strategy) {
        return patchStrategy
                .map(text -> (',' + text + ',').contains(',' + strategy + ','))
                .orElse(false);
    }
}
