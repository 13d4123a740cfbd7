package dev.troupe.tests.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.tests.check.Sight;
import dev.troupe.tests.check.Truth;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Lists once, then watches from there, and after every end of a stream goes on from the last version it has seen, with
 * whichever server runs by then; until it sees an object of a certain name.
 */
final class WatchingClient {
    private static final int GONE = 410;

    private final int number;
    private final Shape shape;
    private final String selector;
    private final int timeoutSeconds;
    private final BiFunction<Shape, ObjectNode, String> content;
    private final List<Sight> sights = new ArrayList<>();
    private long position = -1;
    private boolean done;

    /**
     * A client.
     *
     * @param selector of labels; empty for none
     * @param timeoutSeconds asked for each watch; 0 for none
     * @param content how an object is told, without its version
     */
    WatchingClient(
            int number,
            Shape shape,
            String selector,
            int timeoutSeconds,
            BiFunction<Shape, ObjectNode, String> content) {
        this.number = number;
        this.shape = shape;
        this.selector = selector;
        this.timeoutSeconds = timeoutSeconds;
        this.content = content;
    }

    /** Watches until the last object appears; blocks. */
    void watchUntil(String last, Servers servers) {
        while (!done) {
            ApiConnection api = servers.current();
            try {
                if (position < 0) {
                    list(api);
                } else {
                    watch(api, last);
                }
            } catch (IOException e) {
                // The server was killed, or its stream cut: go on with the next.
                servers.awaitOtherThan(api, e);
            }
        }
    }

    private void list(ApiConnection api) throws IOException {
        String query = selector.isEmpty() ? "" : "?labelSelector=" + selector;
        ApiConnection.Reply reply = api.get(number, shape.collection() + query);
        if (reply.status() != 200) {
            throw new IOException("a list was answered " + reply);
        }
        Map<String, Sight.Item> items = new HashMap<>();
        for (JsonNode item : reply.body().path("items")) {
            ObjectNode object = item.deepCopy();
            object.put("apiVersion", "v1").put("kind", shape.kind());
            items.put(
                    Json.text(item, "metadata", "name"),
                    new Sight.Item(Shape.version(item), content.apply(shape, object)));
        }
        position = Shape.version(reply.body());
        sights.add(new Sight.Listed(position, items));
    }

    private void watch(ApiConnection api, String last) throws IOException {
        String query = "?watch=true&allowWatchBookmarks=true&resourceVersion=" + position
                + (selector.isEmpty() ? "" : "&labelSelector=" + selector)
                + (timeoutSeconds == 0 ? "" : "&timeoutSeconds=" + timeoutSeconds);
        HttpResponse<InputStream> response = api.stream(number, shape.collection() + query);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() == GONE) {
                expired();
                return;
            }
            if (response.statusCode() != 200) {
                throw new IOException("a watch was answered " + response.statusCode());
            }
            sights.add(new Sight.Began(position));
            while (!done && position >= 0) {
                String line = lines.readLine();
                if (line == null) {
                    return;
                }
                event(Json.parseObject(line), last);
            }
        }
    }

    private void event(ObjectNode event, String last) {
        String type = Json.text(event, "type");
        ObjectNode object = event.withObject("/object");
        switch (type) {
            case "BOOKMARK" -> {
                position = Shape.version(object);
                sights.add(new Sight.Bookmark(position));
            }
            case "ERROR" -> {
                if (object.path("code").asInt() != GONE) {
                    throw new AssertionError("a watch ended with " + object);
                }
                expired();
            }
            default -> {
                position = Shape.version(object);
                String name = Json.text(object, "metadata", "name");
                sights.add(new Sight.Event(
                        new Truth.Change(position, Truth.Kind.valueOf(type), name, content.apply(shape, object))));
                done = name.equals(last);
            }
        }
    }

    private void expired() {
        sights.add(new Sight.Expired());
        position = -1;
    }

    String name() {
        return "watcher " + number + (selector.isEmpty() ? "" : " of " + selector);
    }

    boolean selects() {
        return !selector.isEmpty();
    }

    List<Sight> sights() {
        return sights;
    }
}
