package dev.troupe.actors.controller;

import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a member's controllers have observed, shared by all of them. Safe for threads; answers are copies. */
public final class InformerStore implements ClusterView {
    private final Map<GroupResource, ResourceInformer> informers = new LinkedHashMap<>();

    private final Instant since;

    /** @param since when the store was made */
    InformerStore(Collection<ResourceType> types, Instant since) {
        this.since = since;
        types.forEach(type -> informers.put(type.groupResource(), new ResourceInformer(type)));
    }

    Collection<ResourceInformer> informers() {
        return List.copyOf(informers.values());
    }

    private Optional<ResourceInformer> informer(GroupResource resource) {
        return Optional.ofNullable(informers.get(resource));
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        return informer(key.resource()).flatMap(informer -> informer.read(index -> index.get(key.name())));
    }

    @Override
    public List<StoredObject> list(GroupResource resource, String namespace) {
        return informer(resource)
                .map(informer -> informer.read(index -> index.list(namespace)))
                .orElse(List.of());
    }

    @Override
    public List<StoredObject> controlledBy(GroupResource resource, String ownerUid) {
        return informer(resource)
                .map(informer -> informer.read(index -> index.controlledBy(ownerUid)))
                .orElse(List.of());
    }

    @Override
    public List<StoredObject> uncontrolled(GroupResource resource, String namespace) {
        return informer(resource)
                .map(informer -> informer.read(index -> index.uncontrolled(namespace)))
                .orElse(List.of());
    }

    @Override
    public List<StoredObject> dependentsOf(String ownerUid) {
        List<StoredObject> dependents = new ArrayList<>();
        informers.values().forEach(informer -> dependents.addAll(informer.read(index -> index.ownedBy(ownerUid))));
        return dependents;
    }

    @Override
    public Instant observingSince() {
        return since;
    }

    /** Completes once the whole state of the resources has been seen. */
    public CompletionStage<Void> synced(Set<GroupResource> resources) {
        return all(resources.stream()
                .flatMap(resource -> informer(resource).stream())
                .map(ResourceInformer::synced)
                .toList());
    }

    /** Completes once everything up to these versions has been seen. Resources that nobody observes do not count. */
    CompletionStage<Void> reaches(Map<GroupResource, Long> versions) {
        List<CompletionStage<Void>> stages = new ArrayList<>();
        versions.forEach(
                (resource, version) -> informer(resource).ifPresent(informer -> stages.add(informer.reaches(version))));
        return all(stages);
    }

    private static CompletionStage<Void> all(List<CompletionStage<Void>> stages) {
        return CompletableFuture.allOf(
                stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
    }

    /** Tells of everything that there is, and of every later change. */
    public void subscribe(Set<GroupResource> resources, ChangeBuffer buffer) {
        resources.forEach(resource -> informer(resource).ifPresent(informer -> informer.subscribe(buffer)));
    }

    public void unsubscribe(Set<GroupResource> resources, ChangeBuffer buffer) {
        resources.forEach(resource -> informer(resource).ifPresent(informer -> informer.unsubscribe(buffer)));
    }
}
