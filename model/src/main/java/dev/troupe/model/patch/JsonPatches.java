package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;

/** RFC 6902 as kube-apiserver applies it. */
final class JsonPatches {
    private static final int MAX_OPERATIONS = 10_000;

    private JsonPatches() {}

    /** A fault of one operation; carries the answer. */
    private static final class PatchFailure extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Status status;

        PatchFailure(String why, Status status) {
            super(why, null, false, false);
            this.status = status;
        }
    }

    static Outcome<ObjectNode> apply(ObjectNode object, ArrayNode operations) {
        if (operations.size() > MAX_OPERATIONS) {
            return Outcome.failure(Status.requestEntityTooLarge("The allowed maximum operations in a JSON patch is "
                    + MAX_OPERATIONS + ", got " + operations.size()));
        }
        ObjectNode document = Json.object();
        document.set("", object);
        try {
            for (JsonNode operation : operations) {
                apply(document, operation);
            }
        } catch (PatchFailure e) {
            return Outcome.failure(e.status);
        }
        return document.get("") instanceof ObjectNode patched
                ? Outcome.success(patched)
                : Outcome.failure(Status.badRequest("the patch leaves no object"));
    }

    private static void apply(ObjectNode document, JsonNode operation) throws PatchFailure {
        String op = Json.text(operation, "op");
        List<String> path = path(operation, "path");
        switch (op) {
            case "add" -> add(document, path, value(operation), op);
            case "replace" -> {
                find(document, path, op);
                remove(document, path, op);
                add(document, path, value(operation), op);
            }
            case "remove" -> remove(document, path, op);
            case "copy" ->
                add(document, path, find(document, path(operation, "from"), op).deepCopy(), op);
            case "move" -> {
                List<String> from = path(operation, "from");
                JsonNode moved = find(document, from, op);
                remove(document, from, op);
                add(document, path, moved, op);
            }
            case "test" -> test(document, path, operation);
            default -> throw unprocessable("Unexpected kind: " + op);
        }
    }

    private static void test(ObjectNode document, List<String> path, JsonNode operation) throws PatchFailure {
        JsonNode found = path.isEmpty() ? document.get("") : lookUp(document, path);
        JsonNode wanted = operation.path("value");
        boolean bothAbsent = (found == null || found.isNull()) && (wanted.isMissingNode() || wanted.isNull());
        if (!bothAbsent && (found == null || !found.equals(wanted))) {
            throw unprocessable("testing value " + pointer(path) + " failed: test failed");
        }
    }

    private static JsonNode lookUp(ObjectNode document, List<String> path) throws PatchFailure {
        JsonNode parent = parent(document, path, "test");
        String last = path.get(path.size() - 1);
        return parent instanceof ArrayNode array ? array.path(index(array, last, false, "test")) : parent.path(last);
    }

    private static void add(ObjectNode document, List<String> path, JsonNode value, String op) throws PatchFailure {
        if (path.isEmpty()) {
            document.set("", value);
            return;
        }
        JsonNode parent = parent(document, path, op);
        String last = path.get(path.size() - 1);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array) {
            array.insert(last.equals("-") ? array.size() : index(array, last, true, op), value);
        } else {
            throw missing(op, path);
        }
    }

    private static void remove(ObjectNode document, List<String> path, String op) throws PatchFailure {
        if (path.isEmpty()) {
            return;
        }
        JsonNode parent = parent(document, path, op);
        String last = path.get(path.size() - 1);
        if (parent instanceof ObjectNode object && object.has(last)) {
            object.remove(last);
        } else if (parent instanceof ArrayNode array) {
            array.remove(index(array, last, false, op));
        } else {
            throw unprocessable(
                    op + " operation does not apply: doc is missing key: " + pointer(path) + ": missing value");
        }
    }

    private static JsonNode find(ObjectNode document, List<String> path, String op) throws PatchFailure {
        if (path.isEmpty()) {
            return document.get("");
        }
        JsonNode parent = parent(document, path, op);
        String last = path.get(path.size() - 1);
        JsonNode found =
                parent instanceof ArrayNode array ? array.get(index(array, last, false, op)) : parent.get(last);
        if (found == null) {
            throw unprocessable(
                    op + " operation does not apply: doc is missing key: " + pointer(path) + ": missing value");
        }
        return found;
    }

    private static JsonNode parent(ObjectNode document, List<String> path, String op) throws PatchFailure {
        JsonNode node = document.get("");
        for (String step : path.subList(0, path.size() - 1)) {
            node = node instanceof ArrayNode array ? array.get(index(array, step, false, op)) : node.get(step);
            if (node == null || !node.isContainerNode()) {
                throw missing(op, path);
            }
        }
        return node;
    }

    private static int index(ArrayNode array, String step, boolean mayAppend, String op) throws PatchFailure {
        int limit = mayAppend ? array.size() : array.size() - 1;
        if (!step.matches("-?\\d{1,9}")) {
            throw unprocessable(op + " operation does not apply: invalid array index: " + step);
        }
        int index = Integer.parseInt(step);
        if (index < 0) {
            index += array.size();
        }
        if (index < 0 || index > limit) {
            throw unprocessable(
                    op + " operation does not apply: error in array index " + step + ": invalid index referenced");
        }
        return index;
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        return value == null ? Json.mapper().nullNode() : value.deepCopy();
    }

    private static List<String> path(JsonNode operation, String field) throws PatchFailure {
        String pointer = Json.text(operation, field);
        if (pointer.isEmpty()) {
            return List.of();
        }
        if (!pointer.startsWith("/")) {
            throw unprocessable("invalid path: " + pointer);
        }
        List<String> steps = new ArrayList<>();
        for (String step : pointer.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return steps;
    }

    private static String pointer(List<String> path) {
        return "/" + String.join("/", path);
    }

    private static PatchFailure missing(String op, List<String> path) {
        return unprocessable(
                op + " operation does not apply: doc is missing path: " + pointer(path) + ": missing value");
    }

    private static PatchFailure unprocessable(String why) {
        return new PatchFailure(why, Status.patchRejected());
    }
}
