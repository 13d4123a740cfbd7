package dev.troupe.model.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.codec.BodyDecoder.DecodedBody;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBodyDecoderTest {
    private static final ResourceType POD =
            new ResourceType("", "v1", "pods", "pod", "Pod", true, List.of(), List.of(), List.of());

    private static Outcome<DecodedBody> decode(String body) {
        return new JsonBodyDecoder().decode(POD, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static String failure(String body) {
        Status status = assertInstanceOf(Outcome.Failure.class, decode(body)).status();
        assertEquals(400, status.code());
        assertEquals("BadRequest", status.reason());
        return status.message();
    }

    @Test
    void fillsMissingVersionAndKind() {
        DecodedBody decoded = decode("{\"metadata\":{\"name\":\"a\"}}").orThrow();
        assertEquals("v1", decoded.object().path("apiVersion").asText());
        assertEquals("Pod", decoded.object().path("kind").asText());
    }

    @Test
    void namesDuplicateFieldsByTheirPathAndKeepsTheLast() {
        DecodedBody decoded = decode("{\"spec\":{\"containers\":[{\"image\":\"a\"},{\"image\":\"b\",\"image\":\"c\"}]},"
                        + "\"spec\":{},\"metadata\":{\"labels\":{\"a\":\"1\",\"a\":\"2\"}}}")
                .orThrow();
        assertEquals(
                List.of(
                        "duplicate field \"spec.containers[1].image\"",
                        "duplicate field \"spec\"",
                        "duplicate field \"metadata.labels.a\""),
                decoded.warnings());
        assertEquals("2", decoded.object().at("/metadata/labels/a").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|unexpected end of JSON input",
                "{|unexpected end of JSON input",
                "{\"a\":1|unexpected end of JSON input",
                "{\"a\" 1}|invalid character '1' after object key",
                "{\"a\":1 \"b\"}|invalid character '\"' after object key:value pair",
                "{a:1}|invalid character 'a' looking for beginning of object key string",
                "{\"a\":1,}|invalid character '}' looking for beginning of object key string",
                "[1 2]|invalid character '2' after array element",
                "[1,]|invalid character ']' looking for beginning of value",
                "{} x|invalid character 'x' after top-level value",
                "{\"a\":tru}|invalid character '}' in literal true (expecting 'e')",
                "{\"a\":01}|invalid character '1' after object key:value pair",
                "{\"a\":-}|invalid character '}' in numeric literal",
                "{\"a\":1.}|invalid character '}' after decimal point in numeric literal",
                "{\"a\":\"\\q\"}|invalid character 'q' in string escape code",
                "{\"a\":\"\\u00x0\"}|invalid character 'x' in \\u hexadecimal character escape",
                "apiVersion: v1|invalid character 'a' looking for beginning of value",
            })
    void explainsMalformedJsonAsGoDoes(String body, String message) {
        String text = failure(body);
        assertTrue(
                text.startsWith("the object provided is unrecognized (must be of type Pod): couldn't get version/kind;"
                        + " json parse error: " + message + " ("),
                text);
    }

    @Test
    void showsTheBeginningOfAnUnreadableBody() {
        assertTrue(failure("").endsWith("(<empty>)"));
        assertTrue(failure("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",")
                .endsWith("({\"apiVersion\":\"v1\",\"kind\":\"Pod ...)"));
        assertTrue(failure("kind: Pod").endsWith("(6b696e643a20506f64)"));
    }

    @Test
    void refusesDeepNesting() {
        assertTrue(failure("{\"a\":" + "[".repeat(3_000_000)).contains("exceeded max depth"));
        assertTrue(failure("{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")
                .contains("exceeded max depth"));
        assertTrue(failure("{\"a\":".repeat(11_000) + "1" + "}".repeat(11_000)).contains("exceeded max depth"));
    }

    @Test
    void refusesAnotherKindOrVersion() {
        assertEquals(
                "Wombat in version \"v1\" cannot be handled as a Pod: no kind \"Wombat\" is registered for version"
                        + " \"v1\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
                failure("{\"apiVersion\":\"v1\",\"kind\":\"Wombat\"}"));
        assertEquals(
                "Service in version \"v1\" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown"
                        + " conversion",
                failure("{\"apiVersion\":\"v1\",\"kind\":\"Service\"}"));
        assertTrue(failure("{\"apiVersion\":1,\"kind\":\"Pod\"}")
                .contains("json: cannot unmarshal number into Go struct field .apiVersion of type string"));
    }

    @Test
    void refusesWhatIsNoObject() {
        assertTrue(failure("[]").contains("json: cannot unmarshal array into Go value"));
        assertTrue(failure("\"x\"").contains("json: cannot unmarshal string into Go value"));
    }

    @Test
    void choosesTheDecoderByMediaType() {
        BodyDecoders decoders = new BodyDecoders(Map.of("application/json", new JsonBodyDecoder()));
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        assertInstanceOf(Outcome.Success.class, decoders.decode(POD, "", body));
        assertInstanceOf(Outcome.Success.class, decoders.decode(POD, "Application/JSON; charset=utf-8", body));
        Status status = assertInstanceOf(Outcome.Failure.class, decoders.decode(POD, "text/plain", body))
                .status();
        assertEquals(415, status.code());
        assertEquals(
                "the body of the request was in an unknown format - accepted media types include: application/json",
                status.message());
    }
}
