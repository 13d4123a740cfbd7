package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.schema.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;

/** A message that stands for one plain JSON value: up to three numbers or texts. */
final class ProtobufWrapper {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Seconds of Go's zero time, 1 January of the year 1, and of the end of year 9999. */
    private static final long ZERO_TIME = -62_135_596_800L;

    private static final long LAST_TIME = 253_402_300_799L;

    private final long[] numbers = new long[4];
    private final byte[][] texts = new byte[4][0];
    private boolean empty = true;

    void number(int field, long value) {
        if (field > 0 && field < numbers.length) {
            numbers[field] = value;
            empty = false;
        }
    }

    void bytes(int field, byte[] value) {
        if (field > 0 && field < texts.length) {
            texts[field] = value;
            empty = false;
        }
    }

    /** The JSON value; a missing node for a time that is not set. */
    JsonNode unwrap(Schema.Shape shape) throws IOException {
        return switch (shape) {
            case QUANTITY -> NODES.textNode(empty ? "0" : text(1));
            case TIME, MICRO_TIME -> time(shape);
            case INT_OR_STRING -> numbers[1] == 0 ? NODES.numberNode((int) numbers[2]) : NODES.textNode(text(3));
            default -> raw();
        };
    }

    private JsonNode raw() throws IOException {
        if (texts[1].length == 0) {
            return MissingNode.getInstance();
        }
        return switch (JsonBodyDecoder.read(texts[1], new ArrayList<>())) {
            case Outcome.Success<JsonNode> read -> read.value();
            case Outcome.Failure<JsonNode> failure ->
                throw new InvalidProtocolBufferException(
                        "proto: embedded JSON: " + failure.status().message());
        };
    }

    private String text(int field) {
        return new String(texts[field], StandardCharsets.UTF_8);
    }

    private JsonNode time(Schema.Shape shape) throws IOException {
        long seconds = numbers[1];
        if (empty || seconds == ZERO_TIME) {
            return MissingNode.getInstance();
        }
        if (seconds < ZERO_TIME || seconds > LAST_TIME || numbers[2] < 0 || numbers[2] > 999_999_999) {
            throw new InvalidProtocolBufferException("proto: time out of range: " + seconds + " seconds");
        }
        Instant whole = Instant.ofEpochSecond(seconds);
        return NODES.textNode(
                shape == Schema.Shape.TIME
                        ? whole.toString()
                        : MICROS.format(whole.plusNanos(numbers[2]).truncatedTo(ChronoUnit.MICROS)));
    }
}
