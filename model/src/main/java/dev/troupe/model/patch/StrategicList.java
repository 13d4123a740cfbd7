package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges two lists: objects by their merge key, plain values as sets. What the patch names stands in the patch's order,
 * what only the server has keeps its order, and the two are woven together as they stood on the server.
 */
final class StrategicList {
    private static final String DIRECTIVE = StrategicMerge.DIRECTIVE;

    private final Optional<Schema> items;
    private final Optional<String> mergeKey;

    /** @param place the list's schema */
    StrategicList(Optional<Schema> place) {
        this.items =
                place.filter(schema -> schema.shape() == Schema.Shape.ARRAY).map(Schema::items);
        this.mergeKey = place.flatMap(Schema::mergeKey);
    }

    /** The merged list. Both arguments are consumed. */
    ArrayNode merge(ArrayNode original, ArrayNode patch) throws BadPatch {
        if (original.isEmpty() && patch.isEmpty()) {
            return original;
        }
        if (!areObjects(original, patch)) {
            Set<JsonNode> values = new LinkedHashSet<>();
            original.forEach(values::add);
            patch.forEach(values::add);
            return weave(new ArrayList<>(values), list(patch), list(original));
        }
        if (mergeKey.isEmpty()) {
            throw BadPatch.because("cannot merge lists without merge key for struct");
        }
        List<JsonNode> merged = list(original);
        List<JsonNode> changes = new ArrayList<>();
        if (applyDirectives(merged, patch, changes)) {
            merged = changes;
            changes = List.of();
        }
        List<JsonNode> serverOrder = List.copyOf(merged);
        mergeByKey(merged, changes);
        return weave(merged, changes, serverOrder);
    }

    /** Removes values from a list of plain values. */
    static ArrayNode remove(ArrayNode original, ArrayNode unwanted) {
        Set<JsonNode> values = new HashSet<>();
        unwanted.forEach(values::add);
        ArrayNode kept = Json.array();
        original.forEach(value -> {
            if (!values.contains(value)) {
                kept.add(value);
            }
        });
        return kept;
    }

    /** Orders a merged list as {@code $setElementOrder} says. */
    ArrayNode reorder(ArrayNode merged, ArrayNode order, ArrayNode original, ArrayNode patch) throws BadPatch {
        if (original.isEmpty() && patch.isEmpty()) {
            throw BadPatch.because("no elements in any of the given slices");
        }
        areObjects(original, patch);
        return weave(list(merged), list(order), list(original));
    }

    /** Refuses a patch whose elements are not in the announced order, or not announced. */
    void checkOrder(ArrayNode patch, ArrayNode order) throws BadPatch {
        if (patch.isEmpty() || order.isEmpty()) {
            return;
        }
        int at = 0;
        for (JsonNode element : patch) {
            if (mergeKey.isPresent() && !element.isObject()) {
                throw notAMap(element);
            }
            if (element.has(DIRECTIVE)) {
                continue;
            }
            JsonNode wanted = identity(element);
            while (at < order.size() && !identity(order.get(at)).equals(wanted)) {
                at++;
            }
            if (at == order.size()) {
                throw BadPatch.because("The order in patch list:\n" + GoText.of(patch) + "\n doesn't match "
                        + StrategicMerge.ELEMENT_ORDER + " list:\n" + GoText.of(order) + "\n");
            }
            at++;
        }
    }

    /** @return true if the patch's other elements replace the list */
    private boolean applyDirectives(List<JsonNode> original, ArrayNode patch, List<JsonNode> changes) throws BadPatch {
        boolean replaces = false;
        Set<JsonNode> deleted = new HashSet<>();
        for (JsonNode element : patch) {
            JsonNode directive = element.get(DIRECTIVE);
            if (directive == null) {
                changes.add(element);
                continue;
            }
            switch (directive.asText()) {
                case "delete" -> deleted.add(identity(element));
                case "replace" -> replaces = true;
                case "merge" -> throw BadPatch.because("merging lists cannot yet be specified in the patch");
                default -> throw StrategicMerge.unknownDirective(directive, element);
            }
        }
        if (!deleted.isEmpty()) {
            original.removeIf(element -> deleted.contains(orMissing(element.get(key()))));
        }
        return replaces;
    }

    private void mergeByKey(List<JsonNode> merged, List<JsonNode> changes) throws BadPatch {
        Map<JsonNode, Integer> places = new HashMap<>();
        for (int i = 0; i < merged.size(); i++) {
            JsonNode identity = merged.get(i).get(key());
            if (identity != null) {
                places.putIfAbsent(identity, i);
            }
        }
        for (JsonNode change : changes) {
            JsonNode identity = identity(change);
            Integer place = places.get(identity);
            if (place == null) {
                places.put(identity, merged.size());
                merged.add(change);
            } else {
                ObjectNode before = (ObjectNode) merged.get(place);
                merged.set(place, StrategicMerge.mergeObjects(items, before, (ObjectNode) change));
            }
        }
    }

    /**
     * Puts a list into order.
     *
     * @param order in which the elements that it names shall stand
     * @param serverOrder in which the others stand, and which places them among the former where it can
     */
    private ArrayNode weave(List<JsonNode> merged, List<JsonNode> order, List<JsonNode> serverOrder) throws BadPatch {
        Map<JsonNode, Integer> wanted = places(order);
        Map<JsonNode, Integer> before = places(serverOrder);
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode element : merged) {
            (wanted.containsKey(identity(element)) ? named : others).add(element);
        }
        sort(named, wanted);
        sort(others, before);
        ArrayNode woven = Json.array();
        int next = 0;
        for (JsonNode element : named) {
            Integer place = before.get(identity(element));
            while (next < others.size() && place != null && isBefore(others.get(next), place, before)) {
                woven.add(others.get(next++));
            }
            woven.add(element);
        }
        for (JsonNode other : others.subList(next, others.size())) {
            woven.add(other);
        }
        return woven;
    }

    private boolean isBefore(JsonNode element, int place, Map<JsonNode, Integer> before) throws BadPatch {
        Integer own = before.get(identity(element));
        return own != null && own < place;
    }

    private void sort(List<JsonNode> elements, Map<JsonNode, Integer> places) throws BadPatch {
        record Placed(int place, JsonNode element) {}
        List<Placed> placed = new ArrayList<>();
        for (JsonNode element : elements) {
            placed.add(new Placed(places.getOrDefault(identity(element), Integer.MAX_VALUE), element));
        }
        placed.sort(Comparator.comparingInt(Placed::place));
        elements.clear();
        placed.forEach(each -> elements.add(each.element()));
    }

    private Map<JsonNode, Integer> places(List<JsonNode> list) throws BadPatch {
        Map<JsonNode, Integer> places = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            places.putIfAbsent(identity(list.get(i)), i);
        }
        return places;
    }

    private String key() {
        return mergeKey.orElseThrow();
    }

    /** What tells elements apart: the value of the merge key, or a plain value itself. */
    private JsonNode identity(JsonNode element) throws BadPatch {
        if (mergeKey.isEmpty()) {
            return element;
        }
        if (!element.isObject()) {
            throw notAMap(element);
        }
        JsonNode identity = element.get(key());
        if (identity == null) {
            throw BadPatch.because("map: " + GoText.of(element) + " does not contain declared merge key: " + key());
        }
        return identity;
    }

    private static JsonNode orMissing(@Nullable JsonNode node) {
        return node == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : node;
    }

    private static BadPatch notAMap(JsonNode element) {
        return BadPatch.because("expected a map[string]interface {}, but received a " + StrategicMerge.goType(element));
    }

    /** Whether the elements of both lists are objects; all must be of one type. */
    private static boolean areObjects(ArrayNode original, ArrayNode patch) throws BadPatch {
        String type = "";
        for (ArrayNode list : List.of(original, patch)) {
            for (JsonNode element : list) {
                String own = StrategicMerge.goType(element);
                if (element.isArray()) {
                    throw BadPatch.rejected();
                }
                if (!type.isEmpty() && !type.equals(own)) {
                    throw BadPatch.because("list element types are not identical: [" + GoText.of(original) + " "
                            + GoText.of(patch) + "]");
                }
                type = own;
            }
        }
        return type.equals(StrategicMerge.GO_MAP);
    }

    private static List<JsonNode> list(ArrayNode array) {
        List<JsonNode> list = new ArrayList<>(array.size());
        array.forEach(list::add);
        return list;
    }
}
