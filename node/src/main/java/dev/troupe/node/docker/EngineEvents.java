package dev.troupe.node.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.PodIdentity;
import dev.troupe.node.runtime.RuntimeEvent;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's events of one node's containers, on a virtual thread, opened again whenever the engine was away. Those
 * of exec probes are many and are left out.
 */
final class EngineEvents implements AutoCloseable {
    private static final Duration RETRY = Duration.ofMillis(500);

    private final EngineClients clients;
    private final String path;
    private final Consumer<RuntimeEvent> observer;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable EngineConnection current;

    EngineEvents(EngineClients clients, Map<String, String> labels, Consumer<RuntimeEvent> observer) {
        this.clients = clients;
        this.observer = observer;
        ObjectNode filters = Json.object();
        filters.putArray("type").add("container");
        List.of("die", "start", "oom", "destroy").forEach(filters.putArray("event")::add);
        var wanted = filters.putArray("label");
        labels.forEach((name, value) -> wanted.add(name + "=" + value));
        this.path = clients.path("/events?filters=" + URLEncoder.encode(filters.toString(), StandardCharsets.UTF_8));
        this.thread = Thread.ofVirtual().name("docker-events").start(this::run);
    }

    private void run() {
        while (!closed) {
            try (EngineConnection connection =
                    EngineConnection.open(clients.socket(), "GET", path).expectSuccess()) {
                current = connection;
                observer.accept(new RuntimeEvent.Resync());
                read(connection);
            } catch (IOException e) {
                if (!closed) {
                    EngineErrors.LOG.warn("the engine's events ended: {}", e.getMessage());
                }
            }
            if (!closed) {
                pause();
            }
        }
    }

    private void read(EngineConnection connection) throws IOException {
        try (MappingIterator<JsonNode> events =
                Json.mapper().readerFor(JsonNode.class).readValues(connection.body())) {
            while (events.hasNextValue()) {
                JsonNode attributes = Json.at(events.nextValue(), "Actor", "Attributes");
                observer.accept(new RuntimeEvent.PodChanged(new PodIdentity(
                        Json.text(attributes, EngineLabels.POD_NAMESPACE),
                        Json.text(attributes, EngineLabels.POD_NAME),
                        Json.text(attributes, EngineLabels.POD_UID))));
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        EngineConnection connection = current;
        if (connection != null) {
            connection.close();
        }
        thread.interrupt();
    }
}
