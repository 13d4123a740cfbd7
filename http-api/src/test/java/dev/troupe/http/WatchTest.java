package dev.troupe.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchTest {
    private static final String CM = "/api/v1/namespaces/default/configmaps";
    private RunningApiServer server;

    @BeforeEach
    void start() throws IOException {
        server = RunningApiServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A watch as a client reads it: line by line. */
    private static final class Stream implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Stream(RunningApiServer server, String path, String... headers) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            response = server.admin().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        JsonNode next() throws IOException {
            String line = lines.readLine();
            return line == null ? Json.object().put("type", "END") : Json.parseObject(line);
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private void create(String name) {
        server.objects()
                .given("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                        + "\",\"namespace\":\"default\"},\"data\":{\"a\":\"1\"}}");
    }

    private void relabel(String name, String value) {
        ObjectNode patch = Json.parseObject("{\"metadata\":{\"labels\":{\"app\":\"" + value + "\"}}}");
        server.objects()
                .patch(
                        InMemoryResourceApi.admin(),
                        BuiltInTypes.CONFIG_MAPS.key("default", name),
                        "",
                        new Patch.MergePatch(patch),
                        WriteOptions.internal());
    }

    private void delete(String name) {
        server.objects()
                .delete(
                        InMemoryResourceApi.admin(),
                        BuiltInTypes.CONFIG_MAPS.key("default", name),
                        DeleteOptions.defaults());
    }

    @Test
    void beginsWithTheStateAndGoesOnWithChanges() throws Exception {
        create("a");
        try (Stream stream = new Stream(server, CM + "?watch=true")) {
            assertEquals(200, stream.response.statusCode());
            assertEquals(
                    "application/json",
                    stream.response.headers().firstValue("content-type").orElse(""));
            JsonNode first = stream.next();
            assertEquals("ADDED", first.path("type").asText());
            assertEquals("ConfigMap", first.at("/object/kind").asText());
            assertEquals("a", first.at("/object/metadata/name").asText());
            create("b");
            relabel("a", "x");
            delete("a");
            assertEquals("b", stream.next().at("/object/metadata/name").asText());
            assertEquals("MODIFIED", stream.next().path("type").asText());
            JsonNode last = stream.next();
            assertEquals("DELETED", last.path("type").asText());
            assertEquals("a", last.at("/object/metadata/name").asText());
        }
    }

    @Test
    void goesOnAfterAListWithoutGapOrRepetition() throws Exception {
        create("before");
        String version = RunningApiServer.json(server.get(CM))
                .at("/metadata/resourceVersion")
                .asText();
        create("between");
        try (Stream stream = new Stream(server, CM + "?watch=true&resourceVersion=" + version)) {
            create("after");
            assertEquals("between", stream.next().at("/object/metadata/name").asText());
            assertEquals("after", stream.next().at("/object/metadata/name").asText());
        }
    }

    @Test
    void watchesOneObjectFromAnyVersionBeginningWithIt() throws Exception {
        create("a");
        create("b");
        for (String path : List.of(
                CM + "?fieldSelector=metadata.name%3Db&resourceVersion=0&watch=true",
                "/api/v1/watch/namespaces/default/configmaps/b?resourceVersion=0")) {
            try (Stream stream = new Stream(server, path)) {
                JsonNode first = stream.next();
                assertEquals("ADDED", first.path("type").asText());
                assertEquals("b", first.at("/object/metadata/name").asText());
            }
        }
    }

    @Test
    void tellsWhenAnObjectBeginsAndCeasesToMatch() throws Exception {
        create("a");
        try (Stream stream = new Stream(server, CM + "?watch=true&labelSelector=app%3Dx")) {
            relabel("a", "x");
            relabel("a", "y");
            assertEquals("ADDED", stream.next().path("type").asText());
            assertEquals("DELETED", stream.next().path("type").asText());
        }
    }

    @Test
    void sendsTablesWhoseFirstCarriesTheColumns() throws Exception {
        create("a");
        create("b");
        try (Stream stream = new Stream(
                server,
                CM + "?watch=true",
                "Accept",
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")) {
            JsonNode first = stream.next();
            assertEquals("Table", first.at("/object/kind").asText());
            assertEquals("Name", first.at("/object/columnDefinitions/0/name").asText());
            assertEquals("a", first.at("/object/rows/0/cells/0").asText());
            JsonNode second = stream.next();
            assertTrue(second.at("/object/columnDefinitions").isNull());
            assertEquals("b", second.at("/object/rows/0/cells/0").asText());
        }
    }

    @Test
    void streamsAListUpToABookmark() throws Exception {
        create("a");
        try (Stream stream = new Stream(
                server,
                CM + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")) {
            assertEquals("ADDED", stream.next().path("type").asText());
            JsonNode bookmark = stream.next();
            assertEquals("BOOKMARK", bookmark.path("type").asText());
            assertEquals("ConfigMap", bookmark.at("/object/kind").asText());
            assertEquals(
                    "true",
                    bookmark.at("/object/metadata/annotations/k8s.io~1initial-events-end")
                            .asText());
            assertTrue(bookmark.at("/object/metadata/resourceVersion").asLong() > 0);
        }
    }

    @Test
    void sendsOnlyWhatIsNewWhereNoInitialEventsAreWanted() throws Exception {
        create("old");
        try (Stream stream =
                new Stream(server, CM + "?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan")) {
            create("new");
            assertEquals("new", stream.next().at("/object/metadata/name").asText());
        }
    }

    @Test
    void endsAtItsTimeout() throws Exception {
        try (Stream stream = new Stream(server, CM + "?watch=true&timeoutSeconds=1")) {
            assertEquals("END", stream.next().path("type").asText());
        }
    }

    @Test
    void doesNotSpeakYaml() {
        assertEquals(
                406,
                server.get(CM + "?watch=true", "Accept", "application/yaml").statusCode());
    }

    /** An API whose watches are played by the test. */
    private static ResourceApi playing(AtomicReference<WatchObserver> observer, Outcome<WatchSubscription> answer) {
        return (ResourceApi) Proxy.newProxyInstance(
                WatchTest.class.getClassLoader(), new Class<?>[] {ResourceApi.class}, (proxy, method, arguments) -> {
                    observer.set((WatchObserver) arguments[2]);
                    return CompletableFuture.completedFuture(answer);
                });
    }

    @Test
    void reportsAnExpiredVersionInTheStream() throws Exception {
        try (RunningApiServer played = new RunningApiServer.Config()
                .wrapping(api -> playing(
                        new AtomicReference<>(), Outcome.failure(Status.expired("too old resource version: 1 (5)"))))
                .start()) {
            try (Stream stream = new Stream(played, CM + "?watch=true&resourceVersion=1")) {
                assertEquals(200, stream.response.statusCode());
                JsonNode event = stream.next();
                assertEquals("ERROR", event.path("type").asText());
                assertEquals("Status", event.at("/object/kind").asText());
                assertEquals(410, event.at("/object/code").asInt());
                assertEquals("Expired", event.at("/object/reason").asText());
                assertEquals("END", stream.next().path("type").asText());
            }
        }
    }

    @Test
    void endsWithTheServersReason() throws Exception {
        AtomicReference<WatchObserver> observer = new AtomicReference<>();
        AtomicBoolean cancelled = new AtomicBoolean();
        try (RunningApiServer played = new RunningApiServer.Config()
                .wrapping(api -> playing(observer, Outcome.success(() -> cancelled.set(true))))
                .start()) {
            try (Stream stream = new Stream(played, CM + "?watch=true&resourceVersion=1")) {
                observer.get().ended(Optional.of(Status.expired("gone")));
                assertEquals("ERROR", stream.next().path("type").asText());
                assertEquals("END", stream.next().path("type").asText());
                Await.until(cancelled::get);
            }
        }
    }

    @Test
    void forgetsAWatchWhoseClientHasGone() throws Exception {
        AtomicReference<WatchObserver> observer = new AtomicReference<>();
        AtomicBoolean cancelled = new AtomicBoolean();
        try (RunningApiServer played = new RunningApiServer.Config()
                .wrapping(api -> playing(observer, Outcome.success(() -> cancelled.set(true))))
                .start()) {
            HttpClient client = RunningApiServer.client(played.issue("a", "system:masters"));
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(URI.create(played.url() + CM + "?watch=true"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertFalse(cancelled.get());
            response.body().close();
            client.shutdownNow();
            Await.until(cancelled::get);
        }
    }

    @Test
    void sendsEventsAsMessagesOfAWebSocket() throws Exception {
        create("a");
        LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket socket = server.admin()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create(server.url().replace("https", "wss") + CM + "?watch=true"),
                        new WebSocket.Listener() {
                            private final StringBuilder message = new StringBuilder();

                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                                message.append(data);
                                if (last) {
                                    messages.add(message.toString());
                                    message.setLength(0);
                                }
                                from.request(1);
                                return CompletableFuture.completedFuture(null);
                            }
                        })
                .join();
        create("b");
        for (String name : List.of("a", "b")) {
            JsonNode event = Json.parseObject(messages.poll(20, TimeUnit.SECONDS));
            assertEquals("ADDED", event.path("type").asText());
            assertEquals(name, event.at("/object/metadata/name").asText());
        }
        socket.abort();
    }

    @Test
    void closesTheStreamOfAClientThatDoesNotRead() throws Exception {
        AtomicReference<WatchObserver> observer = new AtomicReference<>();
        AtomicBoolean cancelled = new AtomicBoolean();
        try (RunningApiServer played = new RunningApiServer.Config()
                .settings(settings -> settings.withWatchBuffer(100))
                .wrapping(api -> playing(observer, Outcome.success(() -> cancelled.set(true))))
                .start()) {
            var object = played.objects()
                    .given("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"big\","
                            + "\"namespace\":\"default\"},\"data\":{\"a\":\"" + "x".repeat(100_000) + "\"}}");
            HttpRequest request = HttpRequest.newBuilder(URI.create(played.url() + CM + "?watch=true"))
                    .build();
            HttpResponse<InputStream> unread = played.admin().send(request, HttpResponse.BodyHandlers.ofInputStream());
            // Far more than the buffer and all socket buffers on the way can hold.
            for (int i = 0; i < 2_000 && !cancelled.get(); i++) {
                observer.get().next(List.of(new dev.troupe.model.api.WatchEvent.Modified(object)));
            }
            unread.body().transferTo(java.io.OutputStream.nullOutputStream());
            Await.until(cancelled::get);
        }
    }

    @Test
    void joinsBurstsAndLosesNothing() throws Exception {
        List<String> seen = new ArrayList<>();
        try (Stream stream = new Stream(server, CM + "?watch=true")) {
            for (int i = 0; i < 1_000; i++) {
                create("burst-" + i);
            }
            for (int i = 0; i < 1_000; i++) {
                seen.add(stream.next().at("/object/metadata/name").asText());
            }
        }
        for (int i = 0; i < 1_000; i++) {
            assertEquals("burst-" + i, seen.get(i));
        }
    }

    @Test
    void endsWatchesWhenTheServerStops() throws Exception {
        RunningApiServer stopping = RunningApiServer.start();
        try (Stream stream = new Stream(stopping, CM + "?watch=true")) {
            stopping.close();
            assertEquals("END", stream.next().path("type").asText());
        }
    }
}
