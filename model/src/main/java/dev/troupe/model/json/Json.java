package dev.troupe.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The one JSON configuration of the server, and null-safe reads from trees. */
public final class Json {
    /** Nesting beyond this is refused; Kubernetes' own limit. */
    public static final int MAX_DEPTH = 10_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(4 * 1024 * 1024)
                    .maxNumberLength(400)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(com.fasterxml.jackson.databind.cfg.JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    public static ObjectMapper mapper() {
        return MAPPER;
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /**
     * Parses trusted bytes, such as a stored object.
     *
     * @throws UncheckedIOException if the bytes are not a JSON object: the store is then corrupt
     */
    public static ObjectNode parseObject(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.setCodec(MAPPER);
            return parser.readValueAsTree();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ObjectNode parseObject(String json) {
        return parseObject(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Compact UTF-8 bytes. */
    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node at a path of field names; a missing node where any step is absent. */
    public static JsonNode at(JsonNode node, String... path) {
        JsonNode current = node;
        for (String field : path) {
            current = current.path(field);
        }
        return current;
    }

    /** The text at a path, empty where absent or null. */
    public static String text(JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found.isMissingNode() || found.isNull() ? "" : found.asText();
    }

    /** The text at a path; empty Optional where absent, null or "". */
    public static Optional<String> optionalText(JsonNode node, String... path) {
        String text = text(node, path);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    public static int integer(JsonNode node, int otherwise, String... path) {
        JsonNode found = at(node, path);
        return found.isNumber() ? found.intValue() : otherwise;
    }

    public static boolean bool(JsonNode node, String... path) {
        return at(node, path).asBoolean(false);
    }

    /** The object at a path, created step by step where absent. Mutates {@code node}. */
    public static ObjectNode objectAt(ObjectNode node, String... path) {
        ObjectNode current = node;
        for (String field : path) {
            current = current.get(field) instanceof ObjectNode child ? child : current.putObject(field);
        }
        return current;
    }
}
