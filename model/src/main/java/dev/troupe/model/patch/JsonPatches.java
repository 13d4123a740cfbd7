package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6902 as kube-apiserver applies it, which is not quite the RFC: {@code replace} sets a missing field, negative
 * indices count from the end, the whole object can be replaced and tested but not added or removed, a null field is the
 * same as none to {@code test}.
 */
final class JsonPatches {
    private static final int MAX_OPERATIONS = 10_000;

    /** Bytes that all copies of one patch may make: copies of copies grow without bound otherwise. */
    private static final long MAX_COPIED_BYTES = 3 * 1024 * 1024;

    private static final Pattern INDEX = Pattern.compile("[-+]?\\d{1,9}");

    private JsonNode document;
    private long copied;

    private JsonPatches(JsonNode document) {
        this.document = document;
    }

    /** An operation that does not apply. Clients are told no more than that, as by Kubernetes. */
    private static final class DoesNotApply extends Exception {
        private static final long serialVersionUID = 1;

        DoesNotApply() {
            super("the operation does not apply", null, false, false);
        }
    }

    static Outcome<JsonNode> apply(ObjectNode object, ArrayNode operations) {
        if (operations.size() > MAX_OPERATIONS) {
            return Outcome.failure(Status.requestEntityTooLarge("The allowed maximum operations in a JSON patch is "
                    + MAX_OPERATIONS + ", got " + operations.size()));
        }
        JsonPatches patches = new JsonPatches(object);
        try {
            for (JsonNode operation : operations) {
                patches.apply(operation);
            }
            return Outcome.success(patches.document);
        } catch (DoesNotApply e) {
            return Outcome.failure(Status.patchRejected());
        }
    }

    /** The place of a value: what holds it, and under which key. */
    private record Place(JsonNode container, String key) {

        @Nullable
        JsonNode get() throws DoesNotApply {
            return container instanceof ArrayNode array
                    ? array.get(index(key, array.size(), array.size() - 1))
                    : container.get(key);
        }

        void add(JsonNode value) throws DoesNotApply {
            if (container instanceof ArrayNode array) {
                int at = key.equals("-") ? array.size() : index(key, array.size() + 1, array.size());
                array.insert(at, value);
            } else {
                ((ObjectNode) container).set(key, value);
            }
        }

        void set(JsonNode value) throws DoesNotApply {
            if (container instanceof ArrayNode array) {
                array.set(index(key, array.size(), array.size() - 1), value);
            } else {
                ((ObjectNode) container).set(key, value);
            }
        }

        void remove() throws DoesNotApply {
            if (container instanceof ArrayNode array) {
                array.remove(index(key, array.size(), array.size() - 1));
            } else if (((ObjectNode) container).remove(key) == null) {
                throw new DoesNotApply();
            }
        }

        /**
         * Reads an index.
         *
         * @param size what -1 is one less than
         * @param most the greatest index that is allowed
         */
        private static int index(String key, int size, int most) throws DoesNotApply {
            if (!INDEX.matcher(key).matches()) {
                throw new DoesNotApply();
            }
            int index = Integer.parseInt(key);
            if (index < 0) {
                index += size;
            }
            if (index < 0 || index > most) {
                throw new DoesNotApply();
            }
            return index;
        }
    }

    private void apply(JsonNode operation) throws DoesNotApply {
        switch (text(operation, "op")) {
            case "add" -> place(text(operation, "path")).add(value(operation));
            case "remove" -> place(text(operation, "path")).remove();
            case "replace" -> replace(text(operation, "path"), operation);
            case "move" -> {
                Place from = place(text(operation, "from"));
                JsonNode moved = orNull(from.get());
                from.remove();
                place(text(operation, "path")).add(moved);
            }
            case "copy" -> {
                JsonNode original = orNull(place(text(operation, "from")).get());
                copied += Json.bytes(original).length;
                if (copied > MAX_COPIED_BYTES) {
                    throw new DoesNotApply();
                }
                place(text(operation, "path")).add(original.deepCopy());
            }
            case "test" -> test(text(operation, "path"), operation);
            default -> throw new DoesNotApply();
        }
    }

    private void replace(String path, JsonNode operation) throws DoesNotApply {
        if (!path.isEmpty()) {
            Place place = place(path);
            place.get();
            place.set(value(operation));
            return;
        }
        JsonNode value = value(operation);
        if (!operation.has("value")) {
            throw new DoesNotApply();
        }
        // A whole object is replaced by an object or list; Kubernetes passes over anything else in silence.
        if (value.isContainerNode()) {
            document = value;
        }
    }

    private void test(String path, JsonNode operation) throws DoesNotApply {
        JsonNode found = path.isEmpty() ? document : orNull(place(path).get());
        JsonNode wanted = operation.get("value");
        if (wanted == null || !found.equals(wanted)) {
            throw new DoesNotApply();
        }
    }

    private static JsonNode orNull(@Nullable JsonNode node) {
        return node == null ? Json.mapper().nullNode() : node;
    }

    private static JsonNode value(JsonNode operation) {
        return orNull(operation.get("value")).deepCopy();
    }

    private static String text(JsonNode operation, String field) throws DoesNotApply {
        JsonNode value = operation.path(field);
        if (!value.isTextual()) {
            throw new DoesNotApply();
        }
        return value.textValue();
    }

    private Place place(String pointer) throws DoesNotApply {
        if (!pointer.startsWith("/")) {
            throw new DoesNotApply();
        }
        List<String> steps = new ArrayList<>();
        for (String step : pointer.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        JsonNode container = document;
        for (String step : steps.subList(0, steps.size() - 1)) {
            JsonNode next = new Place(container, step).get();
            if (next == null || !next.isContainerNode()) {
                throw new DoesNotApply();
            }
            container = next;
        }
        return new Place(container, steps.get(steps.size() - 1));
    }
}
