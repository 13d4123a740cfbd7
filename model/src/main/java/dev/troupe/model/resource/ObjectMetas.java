package dev.troupe.model.resource;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@link ObjectMeta} from an object's tree. */
public final class ObjectMetas {
    private ObjectMetas() {}

    /** Reads the metadata of an object that passed validation; absent fields become empty values. */
    public static ObjectMeta of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        Map<String, String> labels = new HashMap<>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<OwnerReference> owners = new ArrayList<>();
        metadata.path("ownerReferences").forEach(owner -> owners.add(ownerReference(owner)));
        List<String> finalizers = new ArrayList<>();
        metadata.path("finalizers").forEach(finalizer -> finalizers.add(finalizer.asText()));
        return new ObjectMeta(
                Json.text(metadata, "namespace"),
                Json.text(metadata, "name"),
                Json.text(metadata, "uid"),
                metadata.path("generation").asLong(0),
                time(metadata, "creationTimestamp").orElse(Instant.EPOCH),
                time(metadata, "deletionTimestamp"),
                labels,
                owners,
                finalizers);
    }

    private static OwnerReference ownerReference(JsonNode owner) {
        return new OwnerReference(
                Json.text(owner, "apiVersion"),
                Json.text(owner, "kind"),
                Json.text(owner, "name"),
                Json.text(owner, "uid"),
                Json.bool(owner, "controller"),
                Json.bool(owner, "blockOwnerDeletion"));
    }

    private static Optional<Instant> time(JsonNode metadata, String field) {
        return Json.optionalText(metadata, field).map(Instant::parse);
    }
}
