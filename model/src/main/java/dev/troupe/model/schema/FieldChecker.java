package dev.troupe.model.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds a decoded object against its kind's schema: wrong types are refused, unknown fields reported and removed, and
 * what Go's decoder would not keep (nulls, empty optional values) is dropped.
 */
public final class FieldChecker {
    /** Optional strings that are pointers in Go, where "" differs from absent. */
    private static final Set<String> POINTER_STRINGS =
            Set.of("storageClassName", "ingressClassName", "appProtocol", "volumeName");

    private final List<String> unknown = new ArrayList<>();

    private FieldChecker() {}

    /** Stops the walk at the first wrong type, as Go's decoder does. */
    private static final class WrongType extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongType(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Checks and normalizes in place.
     *
     * @return the strict decoder's messages, such as {@code unknown field "spec.foo"}; or 400 for a wrong type
     */
    public static Outcome<List<String>> check(ResourceType type, ObjectNode object) {
        Optional<Schema> schema = Schemas.builtIn().find(type);
        if (schema.isEmpty()) {
            return Outcome.success(List.of());
        }
        FieldChecker checker = new FieldChecker();
        try {
            checker.object(schema.get(), object, "", "");
        } catch (WrongType e) {
            return Outcome.failure(Status.badRequest(type.kind() + " in version \"" + type.version()
                    + "\" cannot be handled as a " + type.kind() + ": " + e.getMessage()));
        }
        return Outcome.success(checker.unknown);
    }

    private void object(Schema schema, ObjectNode object, String path, String goPath) {
        Map<String, Schema> properties = schema.properties();
        List<String> drop = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Schema property = properties.get(field.getKey());
            String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (property == null) {
                unknown.add("unknown field \"" + at + "\"");
                drop.add(field.getKey());
                continue;
            }
            String goAt = goPath.isEmpty() ? field.getKey() : goPath + "." + field.getKey();
            Place place = new Place(at, goAt, schema.structName() + "." + goAt);
            JsonNode kept = value(property, field.getValue(), place);
            if (kept.isMissingNode()
                    || (isEmptyText(kept) && !POINTER_STRINGS.contains(field.getKey()) && !isPort(schema))) {
                drop.add(field.getKey());
            } else if (kept != field.getValue()) {
                object.set(field.getKey(), kept);
            }
        }
        object.remove(drop);
    }

    /** In an EndpointSlice's port the empty name is a name. */
    private static boolean isPort(Schema schema) {
        return schema.structName().equals("EndpointPort");
    }

    private static boolean isEmptyText(JsonNode value) {
        return value.isTextual() && value.textValue().isEmpty();
    }

    /**
     * Where a value stands.
     *
     * @param path with indices, for unknown fields
     * @param goPath without them
     * @param shown struct and path, for wrong types
     */
    private record Place(String path, String goPath, String shown) {}

    /** The value to keep; a missing node to drop the field. */
    private JsonNode value(Schema schema, JsonNode value, Place place) {
        if (value.isNull()) {
            return Json.object().path("absent");
        }
        return switch (schema.shape()) {
            case OBJECT -> {
                object(
                        schema,
                        require(value, ObjectNode.class, place, schema.structName()),
                        place.path(),
                        place.goPath());
                yield value;
            }
            case MAP -> map(schema, require(value, ObjectNode.class, place, "map[string]string"), place);
            case ARRAY -> array(schema, require(value, ArrayNode.class, place, "[]" + goType(schema.items())), place);
            case STRING -> requireThat(value.isTextual(), value, place, "string");
            case BYTES -> bytes(value, place);
            case BOOLEAN -> requireThat(value.isBoolean(), value, place, "bool");
            case INT32 -> integer(value, place, "int32", Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64 -> integer(value, place, "int64", Long.MIN_VALUE, Long.MAX_VALUE);
            case NUMBER -> requireThat(value.isNumber(), value, place, "float64");
            case QUANTITY -> quantity(value);
            case INT_OR_STRING -> intOrString(value, place);
            case TIME -> time(value, ChronoUnit.SECONDS);
            case MICRO_TIME -> time(value, ChronoUnit.MICROS);
            case RAW -> value;
        };
    }

    private JsonNode map(Schema schema, ObjectNode map, Place place) {
        List<String> drop = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            Place at = new Place(place.path() + "." + entry.getKey(), place.goPath(), place.shown());
            if (entry.getValue().isNull()) {
                if (schema.items().shape() == Schema.Shape.STRING) {
                    map.put(entry.getKey(), "");
                } else {
                    drop.add(entry.getKey());
                }
                continue;
            }
            JsonNode kept = value(schema.items(), entry.getValue(), at);
            if (kept != entry.getValue()) {
                map.set(entry.getKey(), kept);
            }
        }
        map.remove(drop);
        return map.isEmpty() ? Json.object().path("absent") : map;
    }

    private JsonNode array(Schema schema, ArrayNode array, Place place) {
        for (int i = 0; i < array.size(); i++) {
            Place at = new Place(place.path() + "[" + i + "]", place.goPath(), place.shown());
            JsonNode element = array.get(i);
            JsonNode kept = value(schema.items(), element, at);
            if (kept.isMissingNode()) {
                if (element.isNull()) {
                    array.set(
                            i,
                            schema.items().shape() == Schema.Shape.STRING
                                    ? Json.mapper().getNodeFactory().textNode("")
                                    : Json.object());
                }
            } else if (kept != element) {
                array.set(i, kept);
            }
        }
        return array.isEmpty() ? Json.object().path("absent") : array;
    }

    private static JsonNode integer(JsonNode value, Place place, String type, long least, long most) {
        if (!value.isNumber()) {
            throw wrong(value, place, type);
        }
        boolean whole = value.isIntegralNumber() && value.canConvertToLong();
        if (!whole || value.longValue() < least || value.longValue() > most) {
            throw new WrongType("json: cannot unmarshal number " + value.asText() + " into Go struct field "
                    + place.shown() + " of type " + type);
        }
        return value;
    }

    private static JsonNode bytes(JsonNode value, Place place) {
        requireThat(value.isTextual(), value, place, "[]uint8");
        try {
            Base64.getDecoder().decode(value.textValue().replace("\n", "").replace("\r", ""));
            return value;
        } catch (IllegalArgumentException e) {
            throw new WrongType("illegal base64 data at input byte " + firstIllegal(value.textValue()));
        }
    }

    private static int firstIllegal(String base64) {
        for (int i = 0; i < base64.length(); i++) {
            char c = base64.charAt(i);
            boolean legal =
                    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
            if (!legal) {
                return i;
            }
        }
        return base64.length() / 4 * 4;
    }

    /** Makes it canonical, as Go does on reading. */
    private static JsonNode quantity(JsonNode value) {
        return switch (Quantity.parse(quantityText(value).strip())) {
            case Outcome.Failure<Quantity> failure ->
                throw new WrongType(failure.status().message());
            case Outcome.Success<Quantity> success -> {
                String canonical = success.value().toString();
                yield value.isTextual() && value.textValue().equals(canonical)
                        ? value
                        : Json.mapper().getNodeFactory().textNode(canonical);
            }
        };
    }

    private static String quantityText(JsonNode value) {
        // A number such as 0.0000001 must not turn into one with an exponent, which is another unit.
        boolean plain = value.isBigDecimal()
                && value.decimalValue().scale() >= 0
                && value.decimalValue().scale() <= 400;
        return plain ? value.decimalValue().toPlainString() : value.isValueNode() ? value.asText() : value.toString();
    }

    private static JsonNode intOrString(JsonNode value, Place place) {
        return value.isTextual() ? value : integer(value, place, "int32", Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static JsonNode time(JsonNode value, ChronoUnit unit) {
        if (!value.isTextual()) {
            throw new WrongType("parsing time " + value + " as \"2006-01-02T15:04:05Z07:00\"");
        }
        String text = value.textValue();
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant().truncatedTo(unit);
            String canonical = unit == ChronoUnit.SECONDS
                    ? instant.toString()
                    : MICROS.format(instant.atOffset(java.time.ZoneOffset.UTC));
            return canonical.equals(text)
                    ? value
                    : Json.mapper().getNodeFactory().textNode(canonical);
        } catch (DateTimeException e) {
            throw new WrongType("parsing time \"" + text + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text
                    + "\" as \"2006\"");
        }
    }

    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

    private static <T extends JsonNode> T require(JsonNode value, Class<T> shape, Place place, String type) {
        if (!shape.isInstance(value)) {
            throw wrong(value, place, type.startsWith("map") || type.startsWith("[]") ? type : "v1." + type);
        }
        return shape.cast(value);
    }

    private static JsonNode requireThat(boolean right, JsonNode value, Place place, String type) {
        if (!right) {
            throw wrong(value, place, type);
        }
        return value;
    }

    private static WrongType wrong(JsonNode value, Place place, String type) {
        String found = value.isTextual()
                ? "string"
                : value.isNumber() ? "number" : value.isBoolean() ? "bool" : value.isArray() ? "array" : "object";
        return new WrongType(
                "json: cannot unmarshal " + found + " into Go struct field " + place.shown() + " of type " + type);
    }

    private static String goType(Schema schema) {
        return switch (schema.shape()) {
            case OBJECT -> "v1." + schema.structName();
            case INT32 -> "int32";
            case INT64 -> "int64";
            case BOOLEAN -> "bool";
            default -> "string";
        };
    }
}
