package dev.troupe.node.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.api.WriteResult.Effect;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * A server's objects over HTTPS. Who calls is what the client's certificate says: the {@link Caller} of a request is
 * not sent. A server that cannot be reached is a failure of 503, so that callers try again as they would anyway.
 */
public final class HttpResourceApi implements ResourceApi, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The server gives up on a request before. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(70);

    /** At least so long the server keeps a watch, at most twice that. */
    private static final long WATCH_SECONDS = 180;

    /** A watch that the server has not ended so long after its time is on a connection that is dead. */
    private static final Duration WATCH_MARGIN = Duration.ofSeconds(30);

    private static final String JSON = "application/json";

    private final HttpClient client;
    private final RequestUris uris;
    private final ResourceRegistry registry;
    private final Executor threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("api-client-", 0).factory());

    /**
     * @param server for example {@code https://192.0.2.1:6443}
     * @param tls presents the client's certificate and trusts the cluster's authority
     * @param registry the kinds that will be asked for
     */
    public HttpResourceApi(URI server, SSLContext tls, ResourceRegistry registry) {
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                // Each watch its own connection: one connection for all would have a limit of streams.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(threads)
                .build();
        this.uris = new RequestUris(server);
        this.registry = registry;
    }

    /** Makes a value of an answer's JSON. */
    private interface Reader<T> {
        T read(HttpResponse<byte[]> response, ObjectNode object) throws IOException;
    }

    private <T> CompletionStage<Outcome<T>> send(HttpRequest.Builder request, Reader<T> reader) {
        HttpRequest asked =
                request.header("Accept", JSON).timeout(REQUEST_TIMEOUT).build();
        return client.sendAsync(asked, BodyHandlers.ofByteArray()).<Outcome<T>>handle((response, broken) -> {
            if (response == null) {
                return unreachable(broken);
            }
            if (response.statusCode() / 100 != 2) {
                return Outcome.failure(Answers.failure(response.statusCode(), response.body()));
            }
            try {
                return Outcome.success(reader.read(response, Answers.object(response.body())));
            } catch (IOException e) {
                return Outcome.failure(Status.internalError(String.valueOf(e.getMessage())));
            }
        });
    }

    private static <T> Outcome<T> unreachable(Throwable broken) {
        Throwable cause =
                broken instanceof CompletionException && broken.getCause() != null ? broken.getCause() : broken;
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return Outcome.failure(Status.serviceUnavailable("the API server cannot be reached: " + why));
    }

    private ResourceStrategy strategy(ObjectKey key) {
        return registry.get(key.resource());
    }

    @Override
    public CompletionStage<Outcome<StoredObject>> get(Caller caller, ObjectKey key, ReadVersion version) {
        ResourceStrategy strategy = strategy(key);
        URI uri = uris.object(strategy.type(), key.name(), "", RequestUris.query(version));
        return send(HttpRequest.newBuilder(uri).GET(), (response, object) -> Answers.stored(object, strategy));
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> list(Caller caller, ListRequest request) {
        ResourceStrategy strategy = registry.get(request.type().groupResource());
        URI uri = uris.collection(request.type(), request.namespace(), RequestUris.query(request));
        return send(HttpRequest.newBuilder(uri).GET(), (response, list) -> Answers.list(list, strategy));
    }

    @Override
    public CompletionStage<Outcome<WatchSubscription>> watch(
            Caller caller, WatchRequest request, WatchObserver observer) {
        ResourceStrategy strategy = registry.get(request.type().groupResource());
        // Not all nodes at once.
        long seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextLong(WATCH_SECONDS);
        Map<String, String> query = RequestUris.query(request);
        query.put("timeoutSeconds", Long.toString(seconds));
        URI uri = uris.collection(request.type(), request.namespace(), query);
        Duration limit = Duration.ofSeconds(seconds).plus(WATCH_MARGIN);
        HttpRequest asked =
                HttpRequest.newBuilder(uri).header("Accept", JSON).GET().build();
        return client.sendAsync(asked, BodyHandlers.ofInputStream())
                .<Outcome<WatchSubscription>>handleAsync(
                        (response, broken) -> response == null
                                ? unreachable(broken)
                                : watching(response, new WatchReader(response.body(), strategy, observer), limit),
                        threads);
    }

    private Outcome<WatchSubscription> watching(
            HttpResponse<InputStream> response, WatchReader reader, Duration limit) {
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                return Outcome.failure(Answers.failure(response.statusCode(), body.readAllBytes()));
            } catch (IOException e) {
                return unreachable(e);
            }
        }
        threads.execute(reader::run);
        CompletableFuture.delayedExecutor(limit.toSeconds(), TimeUnit.SECONDS, threads)
                .execute(reader::breakOff);
        return Outcome.success(reader);
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> create(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        URI uri = uris.collection(type, namespace, RequestUris.query(options));
        return write(HttpRequest.newBuilder(uri), "POST", object, registry.get(type.groupResource()));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> createSubresource(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        URI uri = uris.object(strategy(key).type(), key.name(), subresource, RequestUris.query(options));
        return send(
                HttpRequest.newBuilder(uri).header("Content-Type", JSON).POST(body(object)),
                (response, status) ->
                        new WriteResult(named(key, strategy(key)), Effect.CREATED, Answers.warnings(response)));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> update(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        URI uri = uris.object(strategy(key).type(), key.name(), subresource, RequestUris.query(options));
        return write(HttpRequest.newBuilder(uri), "PUT", object, strategy(key));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options) {
        String type = switch (patch) {
            case Patch.JsonPatch json -> "application/json-patch+json";
            case Patch.MergePatch merge -> "application/merge-patch+json";
            case Patch.StrategicMergePatch strategic -> "application/strategic-merge-patch+json";
        };
        ResourceStrategy strategy = strategy(key);
        URI uri = uris.object(strategy.type(), key.name(), subresource, RequestUris.query(options));
        return send(
                HttpRequest.newBuilder(uri).header("Content-Type", type).method("PATCH", body(patch.document())),
                (response, object) -> written(response, object, strategy));
    }

    private CompletionStage<Outcome<WriteResult>> write(
            HttpRequest.Builder request, String method, ObjectNode object, ResourceStrategy strategy) {
        return send(
                request.header("Content-Type", JSON).method(method, body(object)),
                (response, answer) -> written(response, answer, strategy));
    }

    private static WriteResult written(HttpResponse<byte[]> response, ObjectNode object, ResourceStrategy strategy)
            throws IOException {
        return new WriteResult(
                Answers.stored(object, strategy),
                response.statusCode() == 201 ? Effect.CREATED : Effect.UPDATED,
                Answers.warnings(response));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options) {
        ResourceStrategy strategy = strategy(key);
        URI uri = uris.object(strategy.type(), key.name(), "", Map.of());
        return send(
                HttpRequest.newBuilder(uri).header("Content-Type", JSON).method("DELETE", body(Answers.json(options))),
                (response, answer) -> {
                    List<String> warnings = Answers.warnings(response);
                    if (Json.text(answer, "kind").equals("Status")) {
                        return new WriteResult(named(key, strategy), Effect.REMOVED, warnings);
                    }
                    boolean waits = answer.path("metadata").has("finalizers")
                            || Json.integer(answer, 0, "metadata", "deletionGracePeriodSeconds") > 0;
                    Effect effect = waits ? Effect.DELETION_REQUESTED : Effect.REMOVED;
                    return new WriteResult(Answers.stored(answer, strategy), effect, warnings);
                });
    }

    /** An object of which the server told no more than that it was there. */
    private static StoredObject named(ObjectKey key, ResourceStrategy strategy) throws IOException {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", key.name().name()).put("resourceVersion", "0");
        metadata.put("creationTimestamp", java.time.Instant.EPOCH.toString());
        if (strategy.type().namespaced()) {
            metadata.put("namespace", key.name().namespace());
        }
        return Answers.stored(object, strategy);
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> deleteCollection(
            Caller caller, ListRequest request, DeleteOptions options) {
        ResourceStrategy strategy = registry.get(request.type().groupResource());
        URI uri = uris.collection(request.type(), request.namespace(), RequestUris.query(request));
        return send(
                HttpRequest.newBuilder(uri).header("Content-Type", JSON).method("DELETE", body(Answers.json(options))),
                (response, list) -> Answers.list(list, strategy));
    }

    private static HttpRequest.BodyPublisher body(JsonNode json) {
        return HttpRequest.BodyPublishers.ofByteArray(Json.bytes(json));
    }

    /** Watches end as if broken. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
