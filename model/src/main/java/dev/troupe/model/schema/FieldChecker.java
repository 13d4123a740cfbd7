package dev.troupe.model.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds a decoded object against its kind's schema, as if it went through Go's types and back: wrong types are refused,
 * unknown fields reported and removed, and what Go would not write again (nulls, empty optional values) is dropped.
 */
public final class FieldChecker {
    /** Further unknown fields are removed without a word, as Go does. */
    private static final int MAX_UNKNOWN = 100;

    private static final JsonNodeFactory NODES = Json.mapper().getNodeFactory();
    private static final JsonNode DROPPED = MissingNode.getInstance();
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Set<String> unknown = new LinkedHashSet<>();

    private final Wording wording;

    /** The first wrong type; Go's decoder goes on after it, and a type that reads itself may yet stop the walk. */
    private String wrongType = "";

    private FieldChecker(Wording wording) {
        this.wording = wording;
    }

    /** Ends the walk: a value that a type with a reader of its own cannot read. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        private final String why;

        Unreadable(String why) {
            super(why, null, false, false);
            this.why = why;
        }
    }

    /**
     * Checks and normalizes in place.
     *
     * @return the strict decoder's messages, such as {@code unknown field "spec.foo"}; or 400 for a wrong type
     */
    public static Outcome<List<String>> check(ResourceType type, ObjectNode object) {
        Findings findings = inspect(type, object, Wording.DECODER);
        return findings.wrong().isEmpty()
                ? Outcome.success(findings.unknown())
                : Outcome.failure(Status.badRequest(type.kind() + " in version \"" + type.version()
                        + "\" cannot be handled as a " + type.kind() + ": "
                        + findings.wrong().get()));
    }

    /**
     * What was found.
     *
     * @param unknown the strict decoder's messages, in document order
     * @param wrong why the object is none of its kind, if it is not
     */
    public record Findings(List<String> unknown, Optional<String> wrong) {
        public Findings {
            unknown = List.copyOf(unknown);
        }
    }

    /** As {@link #check}, but leaves to the caller how a wrong type is answered. */
    public static Findings inspect(ResourceType type, ObjectNode object, Wording wording) {
        Optional<Schema> schema = Schemas.builtIn().find(type);
        if (schema.isEmpty()) {
            return new Findings(List.of(), Optional.empty());
        }
        FieldChecker checker = new FieldChecker(wording);
        String why;
        try {
            checker.object(schema.get(), object, new Place("", "", ""));
            why = checker.wrongType;
        } catch (Unreadable e) {
            why = e.why;
        }
        return new Findings(List.copyOf(checker.unknown), why.isEmpty() ? Optional.empty() : Optional.of(why));
    }

    /**
     * Where a value stands.
     *
     * @param path with indices and keys, for unknown fields
     * @param goPath without them
     * @param struct Go's name of the innermost struct
     */
    private record Place(String path, String goPath, String struct) {
        Place field(String name, Schema owner) {
            return new Place(join(path, name), join(goPath, name), owner.structName());
        }

        Place key(String name) {
            return new Place(join(path, name), goPath, struct);
        }

        Place index(int index) {
            return new Place(path + "[" + index + "]", goPath, struct);
        }

        String goField() {
            return struct + "." + goPath;
        }

        private static String join(String path, String name) {
            return path.isEmpty() ? name : path + "." + name;
        }
    }

    private void object(Schema schema, ObjectNode object, Place place) throws Unreadable {
        Map<String, Schema> properties = schema.properties();
        List<String> drop = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Schema property = properties.get(field.getKey());
            if (property == null) {
                reportUnknown(place.key(field.getKey()).path());
                drop.add(field.getKey());
                continue;
            }
            JsonNode kept = value(property, field.getValue(), place.field(field.getKey(), schema));
            if (isLeftOut(property, kept)) {
                drop.add(field.getKey());
            } else if (kept != field.getValue()) {
                object.set(field.getKey(), kept);
            }
        }
        object.remove(drop);
    }

    private void reportUnknown(String path) {
        if (unknown.size() < MAX_UNKNOWN) {
            unknown.add("unknown field " + NODES.textNode(path));
        }
    }

    /** Whether Go would write the field again: not if it is empty, unless a pointer tells empty from absent. */
    private static boolean isLeftOut(Schema property, JsonNode kept) {
        return kept.isMissingNode()
                || (kept.isTextual() && kept.textValue().isEmpty() && !property.keepsEmptyText())
                || (kept.isContainerNode() && kept.isEmpty() && isCollection(property))
                || (property.leavesOutZero() && isZero(kept));
    }

    private static boolean isCollection(Schema property) {
        return property.shape() == Schema.Shape.MAP || property.shape() == Schema.Shape.ARRAY;
    }

    private static boolean isZero(JsonNode value) {
        return value.isNumber() ? value.asDouble() == 0 : value.isBoolean() && !value.asBoolean();
    }

    /** The value to keep; a missing node for null. */
    private JsonNode value(Schema schema, JsonNode value, Place place) throws Unreadable {
        if (value.isNull()) {
            return DROPPED;
        }
        switch (schema.shape()) {
            case OBJECT -> {
                if (fits(value.isObject(), schema, value, place)) {
                    object(schema, (ObjectNode) value, place);
                }
            }
            case MAP -> {
                if (fits(value.isObject(), schema, value, place)) {
                    map(schema.items(), (ObjectNode) value, place);
                }
            }
            case ARRAY -> {
                if (fits(value.isArray(), schema, value, place)) {
                    array(schema.items(), (ArrayNode) value, place);
                }
            }
            case STRING -> fits(value.isTextual(), schema, value, place);
            case BOOLEAN -> fits(value.isBoolean(), schema, value, place);
            case NUMBER -> fits(value.isNumber(), schema, value, place);
            case INT32 -> integer(schema, value, Integer.MIN_VALUE, Integer.MAX_VALUE, place);
            case INT64 -> integer(schema, value, Long.MIN_VALUE, Long.MAX_VALUE, place);
            case BYTES -> {
                return bytes(schema, value, place);
            }
            case QUANTITY -> {
                return quantity(value);
            }
            case INT_OR_STRING -> intOrString(value, place);
            case TIME -> {
                return time(value, place, ChronoUnit.SECONDS);
            }
            case MICRO_TIME -> {
                return time(value, place, ChronoUnit.MICROS);
            }
            case RAW -> {}
        }
        return value;
    }

    private void map(Schema items, ObjectNode map, Place place) throws Unreadable {
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            JsonNode kept = value(items, entry.getValue(), place.key(entry.getKey()));
            if (kept != entry.getValue()) {
                entry.setValue(kept.isMissingNode() ? zero(items) : kept);
            }
        }
    }

    private void array(Schema items, ArrayNode array, Place place) throws Unreadable {
        for (int i = 0; i < array.size(); i++) {
            JsonNode element = array.get(i);
            JsonNode kept = value(items, element, place.index(i));
            if (kept != element) {
                array.set(i, kept.isMissingNode() ? zero(items) : kept);
            }
        }
    }

    /** What Go has for a null in a list or map. */
    private static JsonNode zero(Schema schema) {
        return switch (schema.shape()) {
            case STRING, BYTES -> NODES.textNode("");
            case BOOLEAN -> NODES.booleanNode(false);
            case INT32, INT64, NUMBER, INT_OR_STRING -> NODES.numberNode(0);
            case QUANTITY -> NODES.textNode("0");
            case ARRAY -> Json.array();
            case OBJECT, MAP -> Json.object();
            case TIME, MICRO_TIME, RAW -> NODES.nullNode();
        };
    }

    private boolean fits(boolean fits, Schema schema, JsonNode value, Place place) {
        if (!fits && wrongType.isEmpty()) {
            wrongType = wording.mismatch(value, place.goField(), schema);
        }
        return fits;
    }

    private void integer(Schema schema, JsonNode value, long least, long most, Place place) {
        if (fits(value.isNumber(), schema, value, place) && !isWhole(value, least, most) && wrongType.isEmpty()) {
            wrongType = wording.notWhole(value, place.goField(), schema);
        }
    }

    private static boolean isWhole(JsonNode value, long least, long most) {
        return value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= least
                && value.longValue() <= most;
    }

    private JsonNode bytes(Schema schema, JsonNode value, Place place) {
        if (!fits(value.isTextual(), schema, value, place)) {
            return value;
        }
        String text = value.textValue();
        var corrupt = GoBase64.corruptAt(text);
        if (corrupt.isPresent()) {
            if (wrongType.isEmpty()) {
                wrongType = wording.corruptBase64(corrupt.getAsInt());
            }
            return value;
        }
        String canonical = GoBase64.canonical(text);
        return canonical.equals(text) ? value : NODES.textNode(canonical);
    }

    /** Makes it canonical, as Go does on reading. */
    private static JsonNode quantity(JsonNode value) throws Unreadable {
        return switch (Quantity.parse(quantityText(value).strip())) {
            case Outcome.Failure<Quantity> failure ->
                throw new Unreadable(failure.status().message());
            case Outcome.Success<Quantity> success -> {
                String canonical = success.value().toString();
                yield value.isTextual() && value.textValue().equals(canonical) ? value : NODES.textNode(canonical);
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

    private void intOrString(JsonNode value, Place place) throws Unreadable {
        if (value.isTextual()) {
            return;
        }
        if (!value.isNumber()) {
            throw new Unreadable(wording.unreadable(Wording.kind(value), place.goField(), "int32"));
        }
        if (!isWhole(value, Integer.MIN_VALUE, Integer.MAX_VALUE)) {
            throw new Unreadable(wording.unreadable("number " + Wording.literal(value), place.goField(), "int32"));
        }
    }

    /** Go wants six digits of a micro time's fraction; others are harmless and taken. */
    private JsonNode time(JsonNode value, Place place, ChronoUnit unit) throws Unreadable {
        if (!value.isTextual()) {
            throw new Unreadable(wording.unreadable(Wording.kind(value), place.goField(), "string"));
        }
        String text = value.textValue();
        try {
            Instant instant = GoTime.parse(text).truncatedTo(unit);
            String canonical = unit == ChronoUnit.SECONDS ? instant.toString() : MICROS.format(instant);
            return canonical.equals(text) ? value : NODES.textNode(canonical);
        } catch (GoTime.ParseFault e) {
            throw new Unreadable(e.why());
        }
    }
}
