package dev.troupe.model.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
        INT_OR_STRING,
        RAW
    }

    private final String typeName;
    private final JsonNode definition;
    private final Schemas schemas;
    private final Shape shape;
    private final Optional<String> mergeKey;
    private final Optional<String> patchStrategy;
    private final String protobufField;
    private final String zero;
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
        this.protobufField = Json.text(place, "x-troupe-field");
        this.zero = Json.text(place, "x-troupe-zero");
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

    /** The definition that this is, or stands in: {@code io.k8s.api.apps.v1.DeploymentSpec}. */
    public String typeName() {
        return typeName;
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

    /**
     * The numbers by which a field is found in its protobuf message: one, or more where inner messages stand between;
     * empty where protobuf does not know it.
     */
    public List<Integer> protobufField() {
        return protobufField.isEmpty()
                ? List.of()
                : Arrays.stream(protobufField.split("/")).map(Integer::valueOf).toList();
    }

    /** Whether protobuf wraps the list into a message of its own, as in the values of {@code extra}. */
    public boolean isWrapped() {
        return Json.bool(definition, "x-troupe-wrapped");
    }

    /** Whether false or 0 says no more than absence, as for {@code hostNetwork}. */
    public boolean leavesOutZero() {
        return zero.equals("left-out");
    }

    /** Whether "" says more than absence, as for {@code storageClassName}. */
    public boolean keepsEmptyText() {
        return zero.equals("kept");
    }
}
