package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.resource.TableDefinition.Column;
import dev.troupe.model.status.FieldError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** API Events: what happened to an object, for people. Not to be confused with the journal's events. */
final class EventStrategy extends CoreStrategy {
    private static final String DEFINITION = "io.k8s.api.core.v1.Event";
    private static final String REFERENCE = "io.k8s.api.core.v1.ObjectReference";
    private static final int MAX_WORD = 128;
    private static final int MAX_MESSAGE = 1024;
    private static final List<String> REFERENCE_FIELDS =
            List.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath");

    EventStrategy() {
        super(BuiltInTypes.EVENTS, new KindTable(EventStrategy::columns, EventStrategy::cells));
    }

    private static List<Column> columns() {
        return List.of(
                Columns.text("Last Seen", Columns.description(DEFINITION, "lastTimestamp")),
                Columns.text("Type", Columns.description(DEFINITION, "type")),
                Columns.text("Reason", Columns.description(DEFINITION, "reason")),
                Columns.text("Object", Columns.description(DEFINITION, "involvedObject")),
                Columns.wideText("Subobject", Columns.description(REFERENCE, "fieldPath")),
                Columns.wideText("Source", Columns.description(DEFINITION, "source")),
                Columns.text("Message", Columns.description(DEFINITION, "message")),
                Columns.wideText("First Seen", Columns.description(DEFINITION, "firstTimestamp")),
                Columns.wideText("Count", Columns.description(DEFINITION, "count")),
                new Column("Name", "string", "name", Columns.name().description(), 1));
    }

    private static List<Object> cells(JsonNode event, Instant now) {
        String first = firstOf(Json.text(event, "firstTimestamp"), Json.text(event, "eventTime"));
        String last = firstOf(Json.text(event, "lastTimestamp"), first);
        long count = event.path("count").asLong(0);
        if (event.path("series").isObject()) {
            last = Json.text(event, "series", "lastObservedTime");
            count = event.path("series").path("count").asLong(0);
        } else if (count == 0) {
            count = 1;
        }
        JsonNode about = event.path("involvedObject");
        String kind = Json.text(about, "kind").toLowerCase(Locale.ROOT);
        String name = Json.text(about, "name");
        return List.of(
                Ages.since(last, now),
                Json.text(event, "type"),
                Json.text(event, "reason"),
                name.isEmpty() ? kind : kind + "/" + name,
                Json.text(about, "fieldPath"),
                source(event),
                Json.text(event, "message").strip(),
                Ages.since(first, now),
                count,
                nameOf(event));
    }

    private static String source(JsonNode event) {
        String component = firstOf(Json.text(event, "source", "component"), Json.text(event, "reportingComponent"));
        String host = firstOf(Json.text(event, "source", "host"), Json.text(event, "reportingInstance"));
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static String firstOf(String preferred, String otherwise) {
        return preferred.isEmpty() ? otherwise : preferred;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        // An Event has no status.
    }

    /** Kubernetes writes these fields even where they are empty, and clients read them. */
    @Override
    public void applyDefaults(ObjectNode object) {
        Json.objectAt(object, "involvedObject");
        Json.objectAt(object, "source");
        for (String time : List.of("firstTimestamp", "lastTimestamp", "eventTime")) {
            if (!object.has(time)) {
                object.putNull(time);
            }
        }
        for (String text : List.of("reportingComponent", "reportingInstance")) {
            if (!object.has(text)) {
                object.put(text, "");
            }
        }
        dropZeros(object, List.of("count"));
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return ObjectNames.pathSegment(name);
    }

    @Override
    public List<FieldError> validateCreate(JsonNode event) {
        List<FieldError> errors = new ArrayList<>();
        String namespace = Json.text(event, "metadata", "namespace");
        String about = Json.text(event, "involvedObject", "namespace");
        boolean recent = !Json.text(event, "eventTime").isEmpty();
        boolean wrongNamespace = about.isEmpty()
                ? !namespace.equals("default") && !(recent && namespace.equals("kube-system"))
                : !recent && !about.equals(namespace);
        if (wrongNamespace) {
            errors.add(FieldError.invalid("involvedObject.namespace", about, "does not match event.namespace"));
        }
        if (recent) {
            recentRules(event, errors);
        }
        ObjectNames.dns1123Subdomain(namespace, false)
                .forEach(fault -> errors.add(FieldError.invalid("namespace", namespace, fault)));
        return errors;
    }

    /** Rules for events of the newer form, which have an eventTime. */
    private static void recentRules(JsonNode event, List<FieldError> errors) {
        String component = Json.text(event, "reportingComponent");
        if (component.isEmpty()) {
            errors.add(FieldError.required("reportingComponent", ""));
        }
        ObjectMetaValidation.qualifiedName(component)
                .forEach(fault -> errors.add(FieldError.invalid("reportingComponent", component, fault)));
        for (String field : List.of("reportingInstance", "action", "reason")) {
            String value = Json.text(event, field);
            if (value.isEmpty()) {
                errors.add(FieldError.required(field, ""));
            }
            tooLong(field, value, MAX_WORD, errors);
        }
        tooLong("message", Json.text(event, "message"), MAX_MESSAGE, errors);
    }

    private static void tooLong(String field, String value, int most, List<FieldError> errors) {
        if (value.length() > most) {
            errors.add(FieldError.invalid(field, "", "can have at most " + most + " characters"));
        }
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return validateCreate(object);
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public boolean isEphemeral() {
        return true;
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of(
                "involvedObject.kind",
                "involvedObject.namespace",
                "involvedObject.name",
                "involvedObject.uid",
                "involvedObject.apiVersion",
                "involvedObject.resourceVersion",
                "involvedObject.fieldPath",
                "reason",
                "reportingComponent",
                "source",
                "type");
    }

    @Override
    public Map<String, String> fields(JsonNode object) {
        Map<String, String> fields = new HashMap<>();
        for (String field : REFERENCE_FIELDS) {
            fields.put("involvedObject." + field, Json.text(object, "involvedObject", field));
        }
        String component = Json.text(object, "reportingComponent");
        fields.put("reason", Json.text(object, "reason"));
        fields.put("reportingComponent", component);
        fields.put("source", firstOf(Json.text(object, "source", "component"), component));
        fields.put("type", Json.text(object, "type"));
        return fields;
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (old.isMissingNode()) {
            return "EventRecorded";
        }
        return object.isMissingNode() ? "EventDeleted" : "EventRepeated";
    }
}
