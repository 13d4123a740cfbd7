package dev.troupe.model.resource;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parsed view of an object's metadata that lists, selectors and controllers read without parsing the object. */
public record ObjectMeta(
        String namespace,
        String name,
        String uid,
        long generation,
        Instant creationTimestamp,
        Optional<Instant> deletionTimestamp,
        Map<String, String> labels,
        List<OwnerReference> ownerReferences,
        List<String> finalizers) {
    public ObjectMeta {
        labels = Map.copyOf(labels);
        ownerReferences = List.copyOf(ownerReferences);
        finalizers = List.copyOf(finalizers);
    }

    public NamespacedName namespacedName() {
        return new NamespacedName(namespace, name);
    }

    /** The owner whose {@code controller} field is true. */
    public Optional<OwnerReference> controller() {
        return ownerReferences.stream().filter(OwnerReference::controller).findFirst();
    }

    public boolean isDeleting() {
        return deletionTimestamp.isPresent();
    }
}
