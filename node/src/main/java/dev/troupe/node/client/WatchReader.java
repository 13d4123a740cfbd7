package dev.troupe.node.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.status.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the events of one watch on a virtual thread and hands them to its observer one by one. */
final class WatchReader implements WatchSubscription {
    private static final Logger LOG = LoggerFactory.getLogger(WatchReader.class);

    private final InputStream body;
    private final ResourceStrategy strategy;
    private final WatchObserver observer;
    private volatile boolean cancelled;

    WatchReader(InputStream body, ResourceStrategy strategy, WatchObserver observer) {
        this.body = body;
        this.strategy = strategy;
        this.observer = observer;
    }

    /** Reads until the end. Blocks. */
    void run() {
        Optional<Status> why = Optional.empty();
        try (MappingIterator<JsonNode> events =
                Json.mapper().readerFor(JsonNode.class).readValues(body)) {
            while (why.isEmpty() && events.hasNextValue()) {
                JsonNode event = events.nextValue();
                if (Json.text(event, "type").equals("ERROR")) {
                    why = Optional.of(Answers.status(event.path("object")));
                } else {
                    observer.next(List.of(event(event)));
                }
            }
        } catch (IOException e) {
            if (!cancelled) {
                LOG.debug("a watch broke", e);
                why = Optional.of(Status.serviceUnavailable("the watch broke: " + e.getMessage()));
            }
        }
        if (!cancelled) {
            observer.ended(why);
        }
    }

    private WatchEvent event(JsonNode event) throws IOException {
        if (!(event.path("object") instanceof ObjectNode object)) {
            throw new IOException("a watch event without an object");
        }
        String type = Json.text(event, "type");
        return switch (type) {
            case "ADDED" -> new WatchEvent.Added(Answers.stored(object, strategy));
            case "MODIFIED" -> new WatchEvent.Modified(Answers.stored(object, strategy));
            case "DELETED" -> new WatchEvent.Deleted(Answers.stored(object, strategy));
            case "BOOKMARK" ->
                new WatchEvent.Bookmark(
                        Answers.version(object),
                        Json.text(object, "metadata", "annotations", "k8s.io/initial-events-end")
                                .equals("true"));
            default -> throw new IOException("a watch event of unknown type " + type);
        };
    }

    /** Ends it as if the connection had broken; its observer is told. */
    void breakOff() {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("closing a watch", e);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        breakOff();
    }
}
