package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.Schema;
import dev.troupe.model.schema.Schemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kubernetes' strategic merge patch: objects merge, lists merge by the key that the schema names, and directives such as
 * {@code $patch: delete} say what plain merging cannot.
 */
final class StrategicMerge {
    static final String DIRECTIVE = "$patch";
    static final String ELEMENT_ORDER = "$setElementOrder";
    static final String GO_MAP = "map[string]interface {}";

    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList";

    private StrategicMerge() {}

    /** @param object consumed */
    static Outcome<ObjectNode> apply(ResourceType type, ObjectNode object, ObjectNode patch) {
        Optional<Schema> schema = Schemas.builtIn().find(type);
        try {
            return Outcome.success(mergeObjects(schema, object, patch.deepCopy()));
        } catch (BadPatch e) {
            return Outcome.failure(e.status());
        }
    }

    /** The merged object; both arguments are consumed. */
    static ObjectNode mergeObjects(Optional<Schema> schema, ObjectNode original, ObjectNode patch) throws BadPatch {
        JsonNode directive = patch.get(DIRECTIVE);
        if (directive != null) {
            patch.remove(DIRECTIVE);
            return switch (directive.asText()) {
                case "replace" -> patch;
                case "delete" -> Json.object();
                default -> throw unknownDirective(directive, patch.set(DIRECTIVE, directive));
            };
        }
        retainKeys(original, patch);
        mergeOrderedLists(schema, original, patch);
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getKey().startsWith(DELETE_PRIMITIVES)) {
                deletePrimitives(original, target(field.getKey(), "primitive list"), field.getValue());
            } else {
                mergeField(property(schema, field.getKey()), original, field.getKey(), field.getValue());
            }
        }
        return original;
    }

    static BadPatch unknownDirective(JsonNode directive, JsonNode patch) {
        return BadPatch.because("unknown patch type: " + GoText.of(directive) + " in map: " + GoText.of(patch));
    }

    private static Optional<Schema> property(Optional<Schema> schema, String name) {
        return schema.flatMap(found -> switch (found.shape()) {
            case OBJECT -> Optional.ofNullable(found.properties().get(name));
            case MAP -> Optional.of(found.items());
            default -> Optional.empty();
        });
    }

    private static void mergeField(Optional<Schema> schema, ObjectNode original, String name, JsonNode value)
            throws BadPatch {
        JsonNode present = original.get(name);
        if (value.isNull()) {
            original.remove(name);
        } else if (present instanceof ObjectNode object && value instanceof ObjectNode change) {
            original.set(name, mergeObjects(schema, object, change));
        } else if (present instanceof ArrayNode list
                && value instanceof ArrayNode change
                && schema.filter(found -> found.hasPatchStrategy("merge")).isPresent()) {
            original.set(name, new StrategicList(schema).merge(list, change));
        } else if (present instanceof ArrayNode && value.isArray()) {
            original.set(name, value);
        } else {
            Optional<JsonNode> plain = withoutDirectives(Nulls.prune(value));
            plain.ifPresentOrElse(kept -> original.set(name, kept), () -> original.remove(name));
        }
    }

    /** Lists whose order the patch gives. They are taken out of the patch. */
    private static void mergeOrderedLists(Optional<Schema> schema, ObjectNode original, ObjectNode patch)
            throws BadPatch {
        for (String directive : List.copyOf(names(patch))) {
            if (!directive.startsWith(ELEMENT_ORDER)) {
                continue;
            }
            JsonNode announced = patch.remove(directive);
            ArrayNode order = array(announced);
            String name = target(directive, "setElementOrder list");
            ArrayNode before = original.has(name) ? array(original.get(name)) : Json.array();
            ArrayNode change = patch.has(name) ? array(patch.get(name)) : Json.array();
            Optional<Schema> place = property(schema, name);
            StrategicList list = new StrategicList(place);
            list.checkOrder(change, order);
            if (!original.has(name) && !patch.has(name)) {
                continue;
            }
            ArrayNode serverOrder = before.deepCopy();
            ArrayNode changes = change.deepCopy();
            if (patch.has(name)) {
                mergeField(place, original, name, change);
                patch.remove(name);
            }
            if (original.get(name) instanceof ArrayNode merged) {
                original.set(name, list.reorder(merged, order, serverOrder, changes));
            }
        }
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The list that a directive such as {@code $setElementOrder/ports} speaks of. */
    private static String target(String directive, String format) throws BadPatch {
        int slash = directive.indexOf('/');
        String prefix = slash < 0 ? directive : directive.substring(0, slash);
        if (slash < 0 || !(prefix.equals(ELEMENT_ORDER) || prefix.equals(DELETE_PRIMITIVES))) {
            throw BadPatch.because("invalid patch format of " + format);
        }
        return directive.substring(slash + 1);
    }

    private static ArrayNode array(JsonNode node) throws BadPatch {
        if (node instanceof ArrayNode array) {
            return array;
        }
        throw BadPatch.because("expected a []interface {}, but received a " + goType(node));
    }

    /** Go's name for what a JSON value is decoded to. */
    static String goType(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> node.isIntegralNumber() ? "int64" : "float64";
            case BOOLEAN -> "bool";
            case ARRAY -> "[]interface {}";
            case OBJECT -> GO_MAP;
            default -> "%!s(<nil>)";
        };
    }

    private static void retainKeys(ObjectNode original, ObjectNode patch) throws BadPatch {
        JsonNode retained = patch.remove(RETAIN_KEYS);
        if (retained == null) {
            return;
        }
        if (!(retained instanceof ArrayNode keys)) {
            throw BadPatch.because("invalid patch format of retainKeys");
        }
        Set<String> kept = new HashSet<>();
        keys.forEach(key -> kept.add(key.asText()));
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            boolean content = !field.getValue().isNull()
                    && !field.getKey().startsWith(DELETE_PRIMITIVES)
                    && !field.getKey().startsWith(ELEMENT_ORDER);
            if (content && !kept.contains(field.getKey())) {
                throw BadPatch.because("invalid patch format of retainKeys");
            }
        }
        original.retain(kept);
    }

    private static void deletePrimitives(ObjectNode original, String name, JsonNode values) throws BadPatch {
        JsonNode present = original.get(name);
        if (values.isNull()) {
            original.remove(name);
        } else if (present instanceof ArrayNode list && values instanceof ArrayNode unwanted) {
            original.set(name, StrategicList.remove(list, unwanted));
        }
    }

    /** What is left of a new value without the objects that only direct; empty if it is one. */
    private static Optional<JsonNode> withoutDirectives(JsonNode value) {
        if (value instanceof ObjectNode object) {
            if (object.has(DIRECTIVE)) {
                return Optional.empty();
            }
            for (String name : names(object)) {
                withoutDirectives(object.get(name))
                        .ifPresentOrElse(kept -> object.set(name, kept), () -> object.remove(name));
            }
        } else if (value instanceof ArrayNode array) {
            ArrayNode kept = Json.array();
            array.forEach(element -> withoutDirectives(element).ifPresent(kept::add));
            return Optional.of(kept);
        }
        return Optional.of(value);
    }
}
