package dev.troupe.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.app.server.ClusterPki;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.model.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/** A plain client of the HTTP API, as any outsider would write one: the demo and the commands use nothing else. */
public final class ApiClient implements AutoCloseable {
    private final HttpClient http;
    private final URI server;

    ApiClient(URI server, Credentials user) {
        this.server = server;
        this.http = HttpClient.newBuilder()
                .sslContext(TlsContexts.of(user))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /**
     * The administrator's client of the server that runs on a data folder.
     *
     * @throws CommandFailure if none runs there
     */
    public static ApiClient of(DataDirectory data) {
        URI server = data.endpoint()
                .orElseThrow(() -> new CommandFailure("no server runs on the data folder " + data.root()
                        + "; start one with ./troupe up, or name another folder with --data"));
        return new ApiClient(server, new ClusterPki(data.pki(), InstantSource.system()).admin());
    }

    @Override
    public void close() {
        http.close();
    }

    /** Creates the object, or answers the one that is there already. */
    JsonNode apply(String collection, String name, String yaml) {
        HttpResponse<String> created = send(request(collection)
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(yaml))
                .build());
        return created.statusCode() == 409 ? get(collection + "/" + name) : checked(created);
    }

    public JsonNode get(String path) {
        return checked(send(request(path).GET().build()));
    }

    JsonNode delete(String path) {
        return checked(send(request(path).DELETE().build()));
    }

    /**
     * Follows a collection until an object satisfies the condition.
     *
     * @return that object; empty if the time runs out first
     */
    Optional<JsonNode> await(String collection, Predicate<JsonNode> condition, Duration most) {
        JsonNode list = get(collection);
        for (JsonNode item : list.path("items")) {
            if (condition.test(item)) {
                return Optional.of(item);
            }
        }
        String join = collection.contains("?") ? "&" : "?";
        URI uri = server.resolve(collection + join + "watch=true&timeoutSeconds=" + most.toSeconds()
                + "&resourceVersion=" + Json.text(list, "metadata", "resourceVersion"));
        try {
            HttpResponse<InputStream> response =
                    http.send(HttpRequest.newBuilder(uri).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    ObjectNode event = Json.parseObject(line);
                    if (condition.test(event.path("object"))) {
                        return Optional.of(event.path("object"));
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new CommandFailure("the watch of " + collection + " broke: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while waiting for " + collection, e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new CommandFailure(request.method() + " " + request.uri() + " failed: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted during " + request.uri(), e);
        }
    }

    private static JsonNode checked(HttpResponse<String> response) {
        if (response.statusCode() >= 300) {
            throw new CommandFailure(response.request().method() + " "
                    + response.request().uri().getPath() + " was answered " + response.statusCode() + ": "
                    + response.body());
        }
        return Json.parseObject(response.body());
    }
}
