package dev.troupe.model.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads JSON without recursion, reports duplicate fields by their path, and fails in the words of Go's decoder. */
public final class JsonBodyDecoder implements BodyDecoder {
    /**
     * Deeper nesting is refused. Kubernetes allows 10,000; trees here are encoded and compared by recursion, and no
     * real object is deeper than about 20.
     */
    public static final int MAX_DEPTH = 1_000;

    /** Further faults are not reported; Go's decoder stops at as many. */
    private static final int MAX_WARNINGS = 100;

    private static final int MAX_EXPONENT_DIGITS = 9;
    private static final int MAX_EXPONENT = 999_999_999;
    private static final JsonNodeFactory NODES = Json.mapper().getNodeFactory();

    @Override
    public Outcome<DecodedBody> decode(ResourceType expected, String contentType, byte[] body) {
        List<String> warnings = new ArrayList<>();
        return switch (read(body, warnings)) {
            case Outcome.Failure<JsonNode> failure ->
                Outcome.failure(TypeMetas.unrecognized(
                        expected,
                        "couldn't get version/kind; json parse error: "
                                + failure.status().message(),
                        body));
            case Outcome.Success<JsonNode> success ->
                TypeMetas.settle(expected, success.value(), body).map(object -> new DecodedBody(object, warnings));
        };
    }

    /**
     * Reads any JSON value.
     *
     * @param warnings gets one message a duplicate field; the last value wins, as in Go
     * @return the value, or a 400 whose message is Go's
     */
    public static Outcome<JsonNode> read(byte[] body, List<String> warnings) {
        try (JsonParser parser = Json.mapper().createParser(body)) {
            return new Reader(parser, warnings).read(body);
        } catch (IOException e) {
            return Outcome.failure(Status.badRequest(GoJsonSyntax.explain(body)));
        }
    }

    /** Builds the tree from tokens with a stack of its own. */
    private static final class Reader {
        private record Frame(JsonNode container, String field) {}

        private final JsonParser parser;
        private final List<String> warnings;
        private final Deque<Frame> stack = new ArrayDeque<>();

        Reader(JsonParser parser, List<String> warnings) {
            this.parser = parser;
            this.warnings = warnings;
        }

        Outcome<JsonNode> read(byte[] body) throws IOException {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return Outcome.failure(Status.badRequest(GoJsonSyntax.explain(body)));
            }
            JsonNode root = value(first);
            if (root.isContainerNode()) {
                stack.push(new Frame(root, ""));
            }
            String field = "";
            while (!stack.isEmpty()) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return Outcome.failure(Status.badRequest(GoJsonSyntax.explain(body)));
                }
                switch (token) {
                    case END_OBJECT, END_ARRAY -> stack.pop();
                    case FIELD_NAME -> field = parser.currentName();
                    default -> {
                        JsonNode value = value(token);
                        put(field, value);
                        if (value.isContainerNode()) {
                            stack.push(new Frame(value, field));
                        }
                    }
                }
                if (stack.size() > MAX_DEPTH) {
                    return Outcome.failure(Status.badRequest("exceeded max depth"));
                }
            }
            return parser.nextToken() == null
                    ? Outcome.success(root)
                    : Outcome.failure(Status.badRequest(GoJsonSyntax.explain(body)));
        }

        private void put(String field, JsonNode value) {
            Frame frame = stack.getFirst();
            if (frame.container() instanceof ArrayNode array) {
                array.add(value);
            } else if (((ObjectNode) frame.container()).replace(field, value) != null
                    && warnings.size() < MAX_WARNINGS) {
                warnings.add("duplicate field \"" + path(field) + "\"");
            }
        }

        /** The path of a field of the innermost object, such as {@code spec.containers[0].image}. */
        private String path(String field) {
            StringBuilder path = new StringBuilder();
            List<Frame> outermostFirst = new ArrayList<>(stack);
            java.util.Collections.reverse(outermostFirst);
            for (int i = 1; i < outermostFirst.size(); i++) {
                JsonNode parent = outermostFirst.get(i - 1).container();
                if (parent.isArray()) {
                    path.append('[').append(parent.size() - 1).append(']');
                } else {
                    path.append(path.isEmpty() ? "" : ".")
                            .append(outermostFirst.get(i).field());
                }
            }
            return path.append(path.isEmpty() ? "" : ".").append(field).toString();
        }

        private JsonNode value(JsonToken token) throws IOException {
            return switch (token) {
                case START_OBJECT -> NODES.objectNode();
                case START_ARRAY -> NODES.arrayNode();
                case VALUE_STRING -> NODES.textNode(parser.getText());
                case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
                case VALUE_NULL -> NODES.nullNode();
                case VALUE_NUMBER_INT -> integer();
                case VALUE_NUMBER_FLOAT -> NODES.numberNode(decimal());
                default -> throw new IOException("unexpected token " + token);
            };
        }

        /** No type of the API holds an exponent of ten digits, nor does BigDecimal: it counts as the greatest that does. */
        private BigDecimal decimal() throws IOException {
            String text = parser.getText();
            int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
            boolean extreme = exponent >= 0
                    && text.substring(exponent + 1).replaceFirst("^[-+]?0*", "").length() > MAX_EXPONENT_DIGITS;
            if (!extreme) {
                return parser.getDecimalValue();
            }
            BigDecimal mantissa = new BigDecimal(text.substring(0, exponent));
            return text.charAt(exponent + 1) == '-' || mantissa.signum() == 0
                    ? BigDecimal.ZERO
                    : BigDecimal.valueOf(mantissa.signum(), -MAX_EXPONENT);
        }

        private JsonNode integer() throws IOException {
            return switch (parser.getNumberType()) {
                case INT -> NODES.numberNode(parser.getIntValue());
                case LONG -> NODES.numberNode(parser.getLongValue());
                default -> NODES.numberNode(parser.getBigIntegerValue());
            };
        }
    }
}
