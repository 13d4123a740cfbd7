package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.troupe.model.json.Json;
import dev.troupe.model.schema.Schema;
import java.io.IOException;

/**
 * Reads one protobuf message straight into a tree, as its schema says. Messages that JSON writes as plain values (times,
 * quantities) become such; zeros that Go's JSON would leave out are left out; unknown fields are skipped.
 */
final class ProtobufReader {
    /** As protobuf's own limit. */
    private static final int MAX_DEPTH = 100;

    /** Most values of one body: two bytes of protobuf can make one object. */
    private static final int MAX_VALUES = 500_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final CodedInputStream in;
    private int depth;
    private int values;

    private ProtobufReader(byte[] message) {
        this.in = CodedInputStream.newInstance(message);
    }

    /**
     * Reads a message of the schema's type.
     *
     * @throws IOException if the bytes are no such message or exceed the limits
     */
    static ObjectNode read(Schema schema, byte[] message) throws IOException {
        ObjectNode object = Json.object();
        new ProtobufReader(message).fields(ProtobufFields.of(schema), object);
        return object;
    }

    /** Reads what stands between here and the end of the message in hand. */
    private interface Body {
        void read() throws IOException;
    }

    private void nested(int tag, String name, Body body) throws IOException {
        expect(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED, name);
        if (++depth > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("proto: nested deeper than " + MAX_DEPTH);
        }
        int limit = in.pushLimit(in.readRawVarint32());
        body.read();
        in.popLimit(limit);
        depth--;
    }

    private static void expect(int tag, int wireType, String name) throws IOException {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new InvalidProtocolBufferException(
                    "proto: wrong wireType = " + WireFormat.getTagWireType(tag) + " for field " + name);
        }
    }

    private void count() throws IOException {
        if (++values > MAX_VALUES) {
            throw new InvalidProtocolBufferException("proto: more than " + MAX_VALUES + " values");
        }
    }

    private void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("proto: unexpected end of group");
        }
    }

    private void fields(ProtobufFields fields, ObjectNode into) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            ProtobufFields.Field field = fields.get(WireFormat.getTagFieldNumber(tag));
            switch (field) {
                case null -> skip(tag);
                case ProtobufFields.Field.Inline inline -> nested(tag, "inline", () -> fields(inline.fields(), into));
                case ProtobufFields.Field.Value value -> value(tag, value.name(), value.schema(), into);
            }
        }
    }

    private void value(int tag, String name, Schema schema, ObjectNode into) throws IOException {
        if (schema.shape() == Schema.Shape.ARRAY && !schema.isWrapped()) {
            elements(tag, name, schema.items(), into.withArray("/" + name));
            return;
        }
        if (schema.shape() == Schema.Shape.MAP) {
            ObjectNode map = into.get(name) instanceof ObjectNode present ? present : into.putObject(name);
            entry(tag, name, schema.items(), map);
            return;
        }
        JsonNode present = into.path(name);
        JsonNode read = single(tag, name, schema, present);
        boolean leftOut = read.isMissingNode()
                || (read.isTextual() && read.textValue().isEmpty() && !schema.keepsEmptyText())
                || (schema.leavesOutZero() && (read.isNumber() ? read.asDouble() == 0 : !read.asBoolean(true)));
        if (leftOut) {
            into.remove(name);
        } else {
            into.set(name, read);
        }
    }

    private void elements(int tag, String name, Schema items, ArrayNode array) throws IOException {
        boolean varints = switch (items.shape()) {
            case INT32, INT64, BOOLEAN -> true;
            default -> false;
        };
        if (!varints || WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            JsonNode element = single(tag, name, items, MissingNode.getInstance());
            array.add(element.isMissingNode() ? NODES.nullNode() : element);
            return;
        }
        int number = WireFormat.getTagFieldNumber(tag);
        nested(tag, name, () -> {
            while (!in.isAtEnd()) {
                int packed = number << 3 | WireFormat.WIRETYPE_VARINT;
                array.add(single(packed, name, items, MissingNode.getInstance()));
            }
        });
    }

    private void entry(int tag, String name, Schema items, ObjectNode map) throws IOException {
        ObjectNode pair = Json.object();
        nested(tag, name, () -> {
            for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(inner)) {
                    case 1 -> {
                        expect(inner, WireFormat.WIRETYPE_LENGTH_DELIMITED, name);
                        pair.put("key", in.readString());
                    }
                    case 2 -> {
                        JsonNode read = single(inner, name, items, pair.path("value"));
                        pair.set("value", read.isMissingNode() ? NODES.nullNode() : read);
                    }
                    default -> skip(inner);
                }
            }
        });
        JsonNode value = pair.get("value");
        map.set(Json.text(pair, "key"), value == null ? zero(items) : value);
    }

    private static JsonNode zero(Schema schema) {
        return switch (schema.shape()) {
            case STRING, BYTES -> NODES.textNode("");
            case BOOLEAN -> NODES.booleanNode(false);
            case INT32, INT64, NUMBER -> NODES.numberNode(0);
            case QUANTITY -> NODES.textNode("0");
            case ARRAY -> Json.array();
            default -> Json.object();
        };
    }

    /** One value; a missing node for a time that is not set. */
    private JsonNode single(int tag, String name, Schema schema, JsonNode present) throws IOException {
        count();
        return switch (schema.shape()) {
            case OBJECT -> {
                ObjectNode object = present instanceof ObjectNode begun ? begun : Json.object();
                nested(tag, name, () -> fields(ProtobufFields.of(schema), object));
                yield object;
            }
            case ARRAY -> strings(tag, name);
            case STRING -> {
                expect(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED, name);
                yield NODES.textNode(in.readString());
            }
            case BYTES -> {
                expect(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED, name);
                yield NODES.textNode(java.util.Base64.getEncoder().encodeToString(in.readByteArray()));
            }
            case BOOLEAN, INT32, INT64 -> {
                expect(tag, WireFormat.WIRETYPE_VARINT, name);
                long number = in.readRawVarint64();
                yield switch (schema.shape()) {
                    case BOOLEAN -> NODES.booleanNode(number != 0);
                    case INT32 -> NODES.numberNode((int) number);
                    // As the JSON parser would make it: trees are compared.
                    default -> number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number);
                };
            }
            case NUMBER -> {
                expect(tag, WireFormat.WIRETYPE_FIXED64, name);
                yield NODES.numberNode(in.readDouble());
            }
            case QUANTITY, TIME, MICRO_TIME, INT_OR_STRING, RAW -> wrapper(tag, name, schema.shape());
            case MAP -> throw new IllegalStateException("a map stands in a list or map: " + name);
        };
    }

    private ArrayNode strings(int tag, String name) throws IOException {
        ArrayNode array = Json.array();
        nested(tag, name, () -> {
            for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
                if (WireFormat.getTagFieldNumber(inner) == 1) {
                    expect(inner, WireFormat.WIRETYPE_LENGTH_DELIMITED, name);
                    count();
                    array.add(in.readString());
                } else {
                    skip(inner);
                }
            }
        });
        return array;
    }

    private JsonNode wrapper(int tag, String name, Schema.Shape shape) throws IOException {
        ProtobufWrapper wrapper = new ProtobufWrapper();
        nested(tag, name, () -> {
            for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
                int number = WireFormat.getTagFieldNumber(inner);
                switch (WireFormat.getTagWireType(inner)) {
                    case WireFormat.WIRETYPE_VARINT -> wrapper.number(number, in.readRawVarint64());
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED -> wrapper.bytes(number, in.readByteArray());
                    default -> skip(inner);
                }
            }
        });
        return wrapper.unwrap(shape);
    }
}
