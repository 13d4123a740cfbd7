package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.Schema;
import dev.troupe.model.schema.Schemas;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kubernetes' strategic merge patch: objects merge, lists merge by the key that the schema names, and directives such as
 * {@code $patch: delete} say what plain merging cannot.
 */
final class StrategicMerge {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ELEMENT_ORDER = "$setElementOrder/";
    private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    /** A patch that cannot be read as strategic; carries the reason. */
    private static final class BadPatch extends Exception {
        private static final long serialVersionUID = 1;

        BadPatch(String message) {
            super(message, null, false, false);
        }
    }

    static Outcome<ObjectNode> apply(ResourceType type, ObjectNode object, ObjectNode patch) {
        Optional<Schema> schema = Schemas.builtIn().find(type);
        try {
            merge(schema, object, patch);
            return Outcome.success(object);
        } catch (BadPatch e) {
            return Outcome.failure(Status.badRequest(String.valueOf(e.getMessage())));
        }
    }

    private static void merge(Optional<Schema> schema, ObjectNode target, ObjectNode patch) throws BadPatch {
        String directive = Json.text(patch, DIRECTIVE);
        switch (directive) {
            case "replace" -> {
                target.removeAll();
                copyWithout(patch, target);
                return;
            }
            case "delete" -> {
                target.removeAll();
                return;
            }
            case "", "merge" -> {}
            default -> throw new BadPatch("unknown patch type: " + directive);
        }
        retainKeys(target, patch);
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            if (name.equals(DIRECTIVE) || name.equals(RETAIN_KEYS) || name.startsWith(ELEMENT_ORDER)) {
                continue;
            }
            if (name.startsWith(DELETE_PRIMITIVES)) {
                deletePrimitives(target, name.substring(DELETE_PRIMITIVES.length()), field.getValue());
            } else {
                mergeField(property(schema, name), target, name, field.getValue(), patch.get(ELEMENT_ORDER + name));
            }
        }
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getKey().startsWith(ELEMENT_ORDER)) {
                String name = field.getKey().substring(ELEMENT_ORDER.length());
                if (!patch.has(name) && target.get(name) instanceof ArrayNode list) {
                    reorder(property(schema, name), list, field.getValue());
                }
            }
        }
    }

    private static Optional<Schema> property(Optional<Schema> schema, String name) {
        return schema.flatMap(found -> switch (found.shape()) {
            case OBJECT -> Optional.ofNullable(found.properties().get(name));
            case MAP -> Optional.of(found.items());
            default -> Optional.empty();
        });
    }

    private static void mergeField(
            Optional<Schema> schema, ObjectNode target, String name, JsonNode value, JsonNode order) throws BadPatch {
        if (value.isNull()) {
            target.remove(name);
        } else if (value instanceof ObjectNode nested) {
            if (!(target.get(name) instanceof ObjectNode)) {
                if (Json.text(nested, DIRECTIVE).equals("delete")) {
                    target.remove(name);
                    return;
                }
                target.putObject(name);
            }
            merge(schema, (ObjectNode) target.get(name), nested);
            if (Json.text(nested, DIRECTIVE).equals("delete")) {
                target.remove(name);
            }
        } else if (value instanceof ArrayNode list) {
            mergeList(schema, target, name, list, order);
        } else {
            target.set(name, value);
        }
    }

    private static void mergeList(
            Optional<Schema> schema, ObjectNode target, String name, ArrayNode patch, JsonNode order) throws BadPatch {
        boolean merges = schema.filter(found -> found.hasPatchStrategy("merge")).isPresent();
        if (!merges) {
            target.set(name, patch.deepCopy());
            return;
        }
        ArrayNode current = target.get(name) instanceof ArrayNode present ? present : target.putArray(name);
        Optional<String> key = schema.flatMap(Schema::mergeKey);
        if (key.isPresent()) {
            mergeObjects(schema.map(Schema::items), key.get(), current, patch);
        } else {
            mergePrimitives(current, patch);
        }
        if (order != null) {
            reorder(schema, current, order);
        }
    }

    private static void mergeObjects(Optional<Schema> items, String key, ArrayNode current, ArrayNode patch)
            throws BadPatch {
        for (JsonNode element : patch) {
            if (Json.text(element, DIRECTIVE).equals("replace")) {
                current.removeAll();
                for (JsonNode other : patch) {
                    if (!other.has(DIRECTIVE)) {
                        current.add(other.deepCopy());
                    }
                }
                return;
            }
        }
        for (JsonNode element : patch) {
            if (!(element instanceof ObjectNode change)) {
                throw new BadPatch("expected a list of objects to merge by " + key + ", found " + element);
            }
            JsonNode identity = change.get(key);
            if (identity == null) {
                throw new BadPatch("map: " + change + " does not contain declared merge key: " + key);
            }
            int at = indexOf(current, key, identity);
            if (Json.text(change, DIRECTIVE).equals("delete")) {
                while (at >= 0) {
                    current.remove(at);
                    at = indexOf(current, key, identity);
                }
            } else if (at >= 0) {
                merge(items, (ObjectNode) current.get(at), change);
            } else {
                ObjectNode added = current.addObject();
                merge(items, added, change);
            }
        }
    }

    private static int indexOf(ArrayNode list, String key, JsonNode identity) {
        for (int i = 0; i < list.size(); i++) {
            JsonNode value = list.get(i).get(key);
            if (value != null
                    && value.asText().equals(identity.asText())
                    && list.get(i).isObject()) {
                return i;
            }
        }
        return -1;
    }

    private static void mergePrimitives(ArrayNode current, ArrayNode patch) {
        Set<JsonNode> present = new LinkedHashSet<>();
        current.forEach(present::add);
        patch.forEach(present::add);
        current.removeAll();
        present.forEach(current::add);
    }

    /** Elements that the order names stand as it says; others keep their place relative to those. */
    private static void reorder(Optional<Schema> schema, ArrayNode list, JsonNode order) {
        Optional<String> key = schema.flatMap(Schema::mergeKey);
        List<String> wanted = new ArrayList<>();
        order.forEach(
                element -> wanted.add(key.map(name -> Json.text(element, name)).orElse(element.asText())));
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        List<Integer> otherPlaces = new ArrayList<>();
        int place = 0;
        for (JsonNode element : list) {
            String identity = key.map(name -> Json.text(element, name)).orElse(element.asText());
            if (wanted.contains(identity)) {
                named.add(element);
            } else {
                others.add(element);
                otherPlaces.add(place);
            }
            place++;
        }
        named.sort((left, right) -> Integer.compare(
                wanted.indexOf(key.map(name -> Json.text(left, name)).orElse(left.asText())),
                wanted.indexOf(key.map(name -> Json.text(right, name)).orElse(right.asText()))));
        for (int i = 0; i < others.size(); i++) {
            named.add(Math.min(otherPlaces.get(i), named.size()), others.get(i));
        }
        list.removeAll();
        named.forEach(list::add);
    }

    private static void retainKeys(ObjectNode target, ObjectNode patch) throws BadPatch {
        if (!patch.has(RETAIN_KEYS)) {
            return;
        }
        if (!(patch.get(RETAIN_KEYS) instanceof ArrayNode keys)) {
            throw new BadPatch("invalid patch format of retainKeys");
        }
        Set<String> retained = new LinkedHashSet<>();
        keys.forEach(key -> retained.add(key.asText()));
        target.retain(retained);
    }

    private static void deletePrimitives(ObjectNode target, String name, JsonNode values) {
        if (target.get(name) instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                for (JsonNode value : values) {
                    if (i < list.size() && value.equals(list.get(i))) {
                        list.remove(i);
                    }
                }
            }
        }
    }

    private static void copyWithout(ObjectNode patch, ObjectNode target) {
        patch.properties().forEach(field -> {
            if (!field.getKey().startsWith("$")) {
                target.set(field.getKey(), field.getValue());
            }
        });
    }
}
