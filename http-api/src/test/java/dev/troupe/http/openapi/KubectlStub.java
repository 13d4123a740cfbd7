package dev.troupe.http.openapi;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.troupe.http.ApiDocuments;
import dev.troupe.http.DocumentSource;
import dev.troupe.http.DocumentSource.Document;
import dev.troupe.http.DocumentSource.DocumentRequest;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.codec.BodyDecoder.DecodedBody;
import dev.troupe.model.codec.BodyDecoders;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Discovery, OpenAPI and decoders behind a bare HTTP server, and the real kubectl in front of it. */
final class KubectlStub implements AutoCloseable {
    private static final String VERSION =
            "{\"major\":\"1\",\"minor\":\"32\",\"gitVersion\":\"v1.32.0\",\"platform\":\"linux/amd64\"}";

    private final Path home;
    private final HttpServer server;
    private final DocumentSource documents;
    private final Function<String, ResourceType> kinds;
    private final List<Body> bodies = new CopyOnWriteArrayList<>();

    record Result(int code, String out, String err) {}

    /** What kubectl sent, and what came of decoding it. */
    record Body(String contentType, Outcome<DecodedBody> decoded) {}

    /** @param kinds the kind of the objects that are posted to a path; they are answered as they came */
    KubectlStub(Path home, ServedApi api, Function<String, ResourceType> kinds) throws IOException {
        this.home = home;
        this.kinds = kinds;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.documents = new ApiDocuments(
                api, "v1.32.0", () -> "127.0.0.1:" + server.getAddress().getPort(), InstantSource.system());
        server.createContext("/", this::answer);
        server.start();
    }

    /** What was posted since the last call. */
    List<Body> posted() {
        List<Body> posted = List.copyOf(bodies);
        bodies.clear();
        return posted;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Document document = exchange.getRequestMethod().equals("POST") ? post(exchange) : get(exchange);
        exchange.getResponseHeaders().set("Content-Type", document.contentType());
        document.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(document.code(), document.body().length == 0 ? -1 : document.body().length);
        exchange.getResponseBody().write(document.body());
        exchange.close();
    }

    private Document post(HttpExchange exchange) throws IOException {
        String contentType = header(exchange, "Content-Type");
        Outcome<DecodedBody> decoded = BodyDecoders.all()
                .decode(
                        kinds.apply(exchange.getRequestURI().getPath()),
                        contentType,
                        exchange.getRequestBody().readAllBytes());
        bodies.add(new Body(contentType, decoded));
        return switch (decoded) {
            case Outcome.Success<DecodedBody> success ->
                json(201, success.value().object());
            case Outcome.Failure<DecodedBody> failure ->
                json(failure.status().code(), failure.status().toJson());
        };
    }

    private static Document json(int code, ObjectNode body) {
        return new Document(code, "application/json", Json.bytes(body), Map.of());
    }

    private Document get(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        Map<String, String> query = new HashMap<>();
        String text = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        for (String pair : text.split("&")) {
            query.put(pair.split("=")[0], pair.substring(pair.indexOf('=') + 1));
        }
        return documents
                .find(new DocumentRequest(path, query, header(exchange, "Accept"), header(exchange, "If-None-Match")))
                .orElseGet(() -> new Document(
                        path.equals("/version") ? 200 : 404,
                        "application/json",
                        VERSION.getBytes(StandardCharsets.UTF_8),
                        Map.of()));
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    /** Runs kubectl; skips the test where there is none. */
    Result kubectl(String... arguments) throws IOException, InterruptedException {
        assumeTrue(onPath(), "no kubectl on the path");
        List<String> command = new ArrayList<>(List.of(
                "kubectl",
                "--server=http://127.0.0.1:" + server.getAddress().getPort(),
                "--cache-dir=" + home.resolve("cache")));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECONFIG", home.resolve("none").toString());
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("kubectl does not end: " + command);
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Skips the test with an older client, which says or sends other things. */
    void assumeMinorVersionAtLeast(int minor) throws IOException, InterruptedException {
        String version = Json.text(
                Json.parseObject(kubectl("version", "--client", "-o", "json").out()), "clientVersion", "minor");
        assumeTrue(Integer.parseInt(version.replaceAll("\\D", "")) >= minor, "kubectl is of 1." + version);
    }

    private static boolean onPath() {
        for (String folder :
                Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")) {
            if (Files.isExecutable(Path.of(folder, "kubectl"))) {
                return true;
            }
        }
        return false;
    }
}
