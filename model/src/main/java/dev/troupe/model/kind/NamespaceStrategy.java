package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Namespaces. The finalizer {@code kubernetes} in spec keeps a deleted namespace, in phase Terminating, until the
 * namespace controller has emptied it and takes the finalizer off through the finalize subresource.
 */
final class NamespaceStrategy extends CoreStrategy {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final String FINALIZER = "kubernetes";

    NamespaceStrategy() {
        super(
                BuiltInTypes.NAMESPACES,
                new KindTable(
                        () -> List.of(
                                Columns.name(), Columns.text("Status", "The status of the namespace"), Columns.age()),
                        (object, now) ->
                                List.of(nameOf(object), Json.text(object, "status", "phase"), Ages.of(object, now))));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        ObjectNode spec = Json.objectAt(object, "spec");
        ArrayNode finalizers =
                spec.get("finalizers") instanceof ArrayNode present ? present : spec.putArray("finalizers");
        boolean present = false;
        for (JsonNode finalizer : finalizers) {
            present |= finalizer.asText().equals(FINALIZER);
        }
        if (!present) {
            finalizers.add(FINALIZER);
        }
        object.putObject("status").put("phase", "Active");
    }

    @Override
    public void prepareForUpdate(ObjectNode object, JsonNode old) {
        super.prepareForUpdate(object, old);
        object.set("spec", old.path("spec").deepCopy());
    }

    @Override
    public void prepareForDeletion(ObjectNode object) {
        Json.objectAt(object, "status").put("phase", "Terminating");
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Json.objectAt(object, "spec");
        Json.objectAt(object, "status");
        if (!nameOf(object).isEmpty()) {
            Json.objectAt(object, "metadata", "labels").put(NAME_LABEL, nameOf(object));
        }
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return ObjectNames.dns1123Label(name, prefix);
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        String phase = Json.text(object, "status", "phase");
        boolean deleting = object.path("metadata").has("deletionTimestamp");
        if (!deleting && !phase.equals("Active")) {
            return List.of(
                    FieldError.invalid("status.phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"));
        }
        if (deleting && !phase.equals("Terminating")) {
            return List.of(FieldError.invalid(
                    "status.phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"));
        }
        return List.of();
    }

    @Override
    public boolean deletionWaitsForSpecFinalizers(JsonNode object) {
        return !object.path("spec").path("finalizers").isEmpty();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("status.phase");
    }

    @Override
    public Map<String, String> fields(JsonNode object) {
        return Map.of("status.phase", Json.text(object, "status", "phase"));
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (object.isMissingNode()) {
            return "NamespaceTerminated";
        }
        return subresource.equals("finalize") ? "NamespaceFinalized" : super.eventName(verb, subresource, old, object);
    }
}
