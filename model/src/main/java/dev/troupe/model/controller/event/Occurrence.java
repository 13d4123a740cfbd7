package dev.troupe.model.controller.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectMeta;
import java.time.Instant;

/**
 * An API Event that has happened {@code count} times.
 *
 * @param key what makes it the same Event
 * @param name of the API object
 * @param source the component that tells it
 * @param latest the last one told
 * @param message the last one's, or that of combined Events
 */
public record Occurrence(
        String key,
        String name,
        String source,
        PlanStep.RecordEvent latest,
        String message,
        Instant firstTimestamp,
        Instant lastTimestamp,
        int count) {

    Occurrence again(PlanStep.RecordEvent event, String newMessage, Instant now) {
        return new Occurrence(key, name, source, event, newMessage, firstTimestamp, now, count + 1);
    }

    public String namespace() {
        return EventCorrelator.namespaceOf(latest.about().meta());
    }

    /** The API object. */
    public ObjectNode toJson() {
        ObjectMeta about = latest.about().meta();
        ObjectNode event = Json.object();
        event.put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("name", name).put("namespace", namespace());
        ObjectNode involved = event.putObject("involvedObject");
        involved.put("kind", latest.about().type().kind());
        if (!about.namespace().isEmpty()) {
            involved.put("namespace", about.namespace());
        }
        involved.put("name", about.name())
                .put("uid", about.uid())
                .put("apiVersion", latest.about().type().apiVersion())
                .put("resourceVersion", Long.toString(latest.about().resourceVersion()));
        event.put("reason", latest.reason()).put("message", message);
        event.putObject("source").put("component", source);
        event.put("firstTimestamp", Times.text(firstTimestamp)).put("lastTimestamp", Times.text(lastTimestamp));
        event.put("count", count).put("type", latest.type()).putNull("eventTime");
        event.put("reportingComponent", source).put("reportingInstance", "");
        return event;
    }

    /** A merge patch that brings an Event written before up to date. */
    public ObjectNode toPatch() {
        ObjectNode patch = Json.object();
        return patch.put("count", count)
                .put("lastTimestamp", Times.text(lastTimestamp))
                .put("message", message);
    }
}
