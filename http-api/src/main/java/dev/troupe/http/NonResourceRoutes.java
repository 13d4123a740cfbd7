package dev.troupe.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.DocumentSource.Document;
import dev.troupe.http.DocumentSource.DocumentRequest;
import dev.troupe.http.answer.Answers;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.status.Status;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Paths outside the resources: health, version, metrics, discovery and OpenAPI. */
final class NonResourceRoutes implements Handler {
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final HealthChecks health;
    private final ApiMetrics metrics;
    private final List<DocumentSource> documents;
    private final ResourceRegistry registry;

    NonResourceRoutes(
            HealthChecks health, ApiMetrics metrics, List<DocumentSource> documents, ResourceRegistry registry) {
        this.health = health;
        this.metrics = metrics;
        this.documents = List.copyOf(documents);
        this.registry = registry;
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        return CompletableFuture.completedFuture(answer(exchange));
    }

    private HttpResponse answer(Exchange exchange) {
        Optional<HttpResponse> healthy = health.answer(exchange);
        if (healthy.isPresent()) {
            return healthy.get();
        }
        boolean read = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        HttpResponse found = switch (exchange.info().path()) {
            case "/" -> Answers.json(200, rootPaths(), true);
            case "/version" -> Answers.json(200, ServerVersion.toJson(), true);
            case "/metrics" -> metrics(exchange.header("accept"));
            default -> document(exchange);
        };
        return read || found.status().intValue() == 404
                ? found
                : Answers.failure(Status.methodNotAllowed(), exchange.pretty());
    }

    private HttpResponse document(Exchange exchange) {
        Map<String, String> query = new HashMap<>();
        exchange.query().values().forEach((name, values) -> query.put(name, values.get(0)));
        DocumentRequest request = new DocumentRequest(
                exchange.info().path(), query, exchange.header("accept"), exchange.header("if-none-match"));
        for (DocumentSource source : documents) {
            Optional<Document> document = source.find(request);
            if (document.isPresent()) {
                return response(document.get());
            }
        }
        return Answers.text(404, "404 page not found\n");
    }

    private static HttpResponse response(Document document) {
        HttpResponse response = HttpResponse.create().withStatus(document.code());
        if (document.code() != 304) {
            response = response.withEntity(HttpEntities.create(
                    ContentTypes.parse(document.contentType()), ByteString.fromArrayUnsafe(document.body())));
        }
        if (!document.headers().containsKey("Cache-Control")) {
            response = response.addHeader(RawHeader.create("Cache-Control", "no-cache, private"));
        }
        List<HttpHeader> headers = document.headers().entrySet().stream()
                .<HttpHeader>map(header -> RawHeader.create(header.getKey(), header.getValue()))
                .toList();
        return response.addHeaders(headers);
    }

    private HttpResponse metrics(String accept) {
        ExpositionFormatWriter writer = FORMATS.findWriter(accept.isEmpty() ? "text/plain" : accept);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics.registry().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Answers.bytes(
                200, ContentTypes.parse(writer.getContentType()), ByteString.fromArrayUnsafe(out.toByteArray()));
    }

    private ObjectNode rootPaths() {
        TreeSet<String> paths = new TreeSet<>(List.of("/healthz", "/livez", "/metrics", "/readyz", "/version"));
        if (!documents.isEmpty()) {
            paths.addAll(List.of("/api", "/apis", "/openapi/v2", "/openapi/v3"));
            registry.all().forEach(strategy -> {
                String group = strategy.type().group();
                if (!group.isEmpty()) {
                    paths.add("/apis/" + group);
                }
                paths.add(
                        (group.isEmpty() ? "/api/" : "/apis/") + strategy.type().apiVersion());
            });
        }
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("paths");
        paths.forEach(list::add);
        return root;
    }
}
