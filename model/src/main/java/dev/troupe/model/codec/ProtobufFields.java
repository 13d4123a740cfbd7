package dev.troupe.model.codec;

import dev.troupe.model.schema.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How the fields of one protobuf message become fields of one JSON object. */
final class ProtobufFields {
    private static final Map<String, ProtobufFields> KNOWN = new ConcurrentHashMap<>();

    /** What a field number means. */
    sealed interface Field {
        record Value(String name, Schema schema) implements Field {}

        /** A message that JSON does not show: its fields stand in the outer object. */
        record Inline(ProtobufFields fields) implements Field {}
    }

    private final Map<Integer, Field> byNumber = new HashMap<>();

    private ProtobufFields() {}

    /** The fields of an object's schema. */
    static ProtobufFields of(Schema schema) {
        ProtobufFields known = KNOWN.get(schema.typeName());
        if (known != null) {
            return known;
        }
        ProtobufFields fields = new ProtobufFields();
        schema.properties().forEach((name, property) -> {
            List<Integer> path = property.protobufField();
            if (!path.isEmpty()) {
                fields.put(path, new Field.Value(name, property));
            }
        });
        KNOWN.put(schema.typeName(), fields);
        return fields;
    }

    private void put(List<Integer> path, Field.Value value) {
        if (path.size() == 1) {
            byNumber.put(path.get(0), value);
            return;
        }
        Field outer = byNumber.computeIfAbsent(path.get(0), number -> new Field.Inline(new ProtobufFields()));
        if (outer instanceof Field.Inline inline) {
            inline.fields().put(path.subList(1, path.size()), value);
        } else {
            throw new IllegalStateException("field " + path + " of " + value.name() + " is a value and a message");
        }
    }

    @Nullable
    Field get(int number) {
        return byNumber.get(number);
    }
}
