package dev.troupe.http.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.request.OutputFormat;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** HTTP responses from what the verbs found. */
public final class Answers {
    private static final ContentType JSON = ContentTypes.APPLICATION_JSON;
    private static final ContentType YAML = ContentTypes.parse("application/yaml");
    private static final HttpHeader NO_CACHE = RawHeader.create("Cache-Control", "no-cache, private");
    private static final HttpHeader NO_SNIFF = RawHeader.create("X-Content-Type-Options", "nosniff");

    /** Kubernetes cuts the warnings of one answer at about this many bytes. */
    private static final int MAX_WARNING_BYTES = 4096;

    private Answers() {}

    public static ContentType contentType(OutputFormat format) {
        return switch (format.encoding()) {
            case JSON -> JSON;
            case YAML -> YAML;
        };
    }

    /** An object, list or table. */
    public static HttpResponse body(int code, OutputFormat format, ByteString bytes, List<String> warnings) {
        return bytes(code, contentType(format), bytes).addHeaders(warningHeaders(warnings));
    }

    /** A tree in the form that the client accepts. */
    public static HttpResponse tree(int code, OutputFormat format, JsonNode tree, List<String> warnings) {
        ByteString bytes = switch (format.encoding()) {
            case JSON -> JsonText.of(tree, format.pretty());
            case YAML -> YamlText.of(tree);
        };
        return body(code, format, bytes, warnings);
    }

    public static HttpResponse json(int code, JsonNode json, boolean pretty) {
        return bytes(code, JSON, JsonText.of(json, pretty));
    }

    public static HttpResponse bytes(int code, ContentType type, ByteString bytes) {
        return HttpResponse.create()
                .withStatus(code)
                .withEntity(HttpEntities.create(type, bytes))
                .addHeader(NO_CACHE);
    }

    /** A failure. */
    public static HttpResponse failure(Status status, boolean pretty) {
        HttpResponse response = json(status.code(), status.toJson(), pretty);
        int retryAfter = status.details().map(Status.Details::retryAfterSeconds).orElse(0);
        return retryAfter > 0
                ? response.addHeader(RawHeader.create("Retry-After", Integer.toString(retryAfter)))
                : response;
    }

    /** A refusal by the authorizer: it repeats what the client sent, so no browser may take it for anything else. */
    public static HttpResponse forbidden(Status status, boolean pretty) {
        return failure(status, pretty).addHeader(NO_SNIFF);
    }

    /** The Status that answers a removal, with the uid that clients wait for. */
    public static ObjectNode removed(ResourceType type, String name, String uid) {
        ObjectNode status = success();
        ObjectNode details = status.putObject("details");
        details.put("name", name);
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural()).put("uid", uid);
        return status;
    }

    /** A Status of success without details. */
    public static ObjectNode success() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success");
    }

    /** Text for people and probes. */
    public static HttpResponse text(int code, String text) {
        return bytes(code, ContentTypes.TEXT_PLAIN_UTF8, ByteString.fromString(text))
                .addHeader(NO_SNIFF);
    }

    private static List<HttpHeader> warningHeaders(List<String> warnings) {
        List<HttpHeader> headers = new ArrayList<>();
        int bytes = 0;
        for (String warning : new LinkedHashSet<>(warnings)) {
            bytes += warning.length();
            if (bytes > MAX_WARNING_BYTES) {
                break;
            }
            headers.add(RawHeader.create("Warning", "299 - \"" + quotable(warning) + "\""));
        }
        return headers;
    }

    private static String quotable(String text) {
        StringBuilder quotable = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quotable.append('\\').appendCodePoint(c);
            } else if (c >= 0x20 && c < 0x7f) {
                quotable.appendCodePoint(c);
            } else {
                // A header must stay one line of ASCII.
                quotable.append('?');
            }
        });
        return quotable.toString();
    }
}
