package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Small steps that defaulting takes on trees. */
final class Trees {
    private Trees() {}

    /** The objects in a list; none where there is no list. */
    static List<ObjectNode> objects(JsonNode list) {
        List<ObjectNode> objects = new ArrayList<>(list.size());
        for (JsonNode element : list) {
            if (element instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    static void putIfAbsent(ObjectNode object, String field, String value) {
        if (!object.hasNonNull(field)) {
            object.put(field, value);
        }
    }

    static void putIfAbsent(ObjectNode object, String field, int value) {
        if (!object.hasNonNull(field)) {
            object.put(field, value);
        }
    }

    /** Sets a number where it is absent or 0, which Go cannot tell apart. */
    static void putIfZero(ObjectNode object, String field, int value) {
        if (object.path(field).asInt(0) == 0) {
            object.put(field, value);
        }
    }

    static void putObjectIfAbsent(ObjectNode object, String field) {
        if (!object.hasNonNull(field)) {
            object.putObject(field);
        }
    }

    /** Drops fields whose value is 0 or false where Go would not write them. */
    static void dropZeros(ObjectNode object, String... fields) {
        for (String field : fields) {
            JsonNode value = object.path(field);
            boolean zero = value.isBoolean() ? !value.booleanValue() : value.isNumber() && value.asLong() == 0;
            if (zero) {
                object.remove(field);
            }
        }
    }
}
