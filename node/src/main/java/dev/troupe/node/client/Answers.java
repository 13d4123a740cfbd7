package dev.troupe.node.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's JSON as the port's values. */
final class Answers {
    private static final Pattern WARNING = Pattern.compile("299 \\S+ \"((?:[^\"\\\\]|\\\\.)*)\".*");

    private Answers() {}

    /** @throws IOException if it is no JSON object */
    static ObjectNode object(byte[] body) throws IOException {
        if (Json.mapper().readTree(body) instanceof ObjectNode object) {
            return object;
        }
        throw new IOException("the server's answer is no JSON object");
    }

    /** @throws IOException if it is not such an object */
    static StoredObject stored(ObjectNode object, ResourceStrategy strategy) throws IOException {
        object.put("apiVersion", strategy.type().apiVersion())
                .put("kind", strategy.type().kind());
        return StoredObject.versioned(StoredObject.encodeUnversioned(object), version(object), strategy);
    }

    /** The resourceVersion of an object, list or bookmark. */
    static long version(JsonNode object) throws IOException {
        String text = Json.text(object, "metadata", "resourceVersion");
        if (text.isEmpty()
                || text.length() > StoredObject.VERSION_DIGITS
                || !text.chars().allMatch(Character::isDigit)) {
            throw new IOException("the server's object has no resourceVersion that is a number: " + text);
        }
        return Long.parseLong(text);
    }

    static ObjectList list(ObjectNode list, ResourceStrategy strategy) throws IOException {
        List<StoredObject> items = new ArrayList<>();
        for (JsonNode item : list.path("items")) {
            items.add(stored((ObjectNode) item, strategy));
        }
        JsonNode remaining = Json.at(list, "metadata", "remainingItemCount");
        return new ObjectList(
                version(list),
                items,
                Json.text(list, "metadata", "continue"),
                remaining.isNumber() ? OptionalLong.of(remaining.asLong()) : OptionalLong.empty());
    }

    /** A failure as the server told it, or as best can be told where it told it otherwise. */
    static Status failure(int code, byte[] body) {
        try {
            JsonNode json = Json.mapper().readTree(body);
            if (Json.text(json, "kind").equals("Status")) {
                return status(json);
            }
        } catch (JsonProcessingException e) {
            // A proxy in between may answer in its own words.
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        String text = new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8).strip();
        return new Status(code, "", "the server answered " + code + ": " + text, Optional.empty());
    }

    static Status status(JsonNode json) {
        JsonNode details = json.path("details");
        List<Status.Cause> causes = new ArrayList<>();
        details.path("causes")
                .forEach(cause -> causes.add(new Status.Cause(
                        Json.text(cause, "reason"), Json.text(cause, "message"), Json.text(cause, "field"))));
        return new Status(
                Json.integer(json, 500, "code"),
                Json.text(json, "reason"),
                Json.text(json, "message"),
                details.isObject()
                        ? Optional.of(new Status.Details(
                                Json.text(details, "name"),
                                Json.text(details, "group"),
                                Json.text(details, "kind"),
                                Json.text(details, "uid"),
                                causes,
                                Json.integer(details, 0, "retryAfterSeconds")))
                        : Optional.empty());
    }

    static List<String> warnings(HttpResponse<?> response) {
        List<String> warnings = new ArrayList<>();
        for (String header : response.headers().allValues("Warning")) {
            Matcher matcher = WARNING.matcher(header);
            if (matcher.matches()) {
                warnings.add(matcher.group(1).replaceAll("\\\\(.)", "$1"));
            }
        }
        return warnings;
    }

    static ObjectNode json(DeleteOptions options) {
        ObjectNode json = Json.object();
        json.put("apiVersion", "v1").put("kind", "DeleteOptions");
        options.gracePeriodSeconds().ifPresent(seconds -> json.put("gracePeriodSeconds", seconds));
        options.propagation().ifPresent(propagation -> {
            String name = propagation.name();
            json.put("propagationPolicy", name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT));
        });
        options.uidPrecondition()
                .ifPresent(uid -> Json.objectAt(json, "preconditions").put("uid", uid));
        options.resourceVersionPrecondition()
                .ifPresent(version -> Json.objectAt(json, "preconditions").put("resourceVersion", version));
        if (options.dryRun()) {
            json.putArray("dryRun").add("All");
        }
        return json;
    }
}
