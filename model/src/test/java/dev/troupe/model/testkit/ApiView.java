package dev.troupe.model.testkit;

import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The present state of an in-memory API, without indexes and without delay. */
public final class ApiView implements ClusterView {
    private final InMemoryResourceApi api;
    private final ResourceRegistry registry;
    private final Map<ObjectKey, PlanFailure> failures = new HashMap<>();

    public ApiView(InMemoryResourceApi api, ResourceRegistry registry) {
        this.api = api;
        this.registry = registry;
    }

    void remember(ObjectKey key, Optional<PlanFailure> failure) {
        failure.ifPresentOrElse(present -> failures.put(key, present), () -> failures.remove(key));
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        NamespacedName name = key.name();
        return registry.find(key.resource())
                .flatMap(strategy -> api.find(strategy.type(), name.namespace(), name.name()));
    }

    @Override
    public List<StoredObject> list(GroupResource resource, String namespace) {
        return registry.find(resource).map(ResourceStrategy::type).map(api::all).orElse(List.of()).stream()
                .filter(object ->
                        namespace.isEmpty() || object.meta().namespace().equals(namespace))
                .sorted(Comparator.comparing(StoredObject::name))
                .toList();
    }

    @Override
    public List<StoredObject> controlledBy(GroupResource resource, String ownerUid) {
        return list(resource, "").stream()
                .filter(object -> object.meta()
                        .controller()
                        .filter(owner -> owner.uid().equals(ownerUid))
                        .isPresent())
                .toList();
    }

    @Override
    public List<StoredObject> uncontrolled(GroupResource resource, String namespace) {
        return list(resource, namespace).stream()
                .filter(object -> object.meta().namespace().equals(namespace))
                .filter(object -> object.meta().controller().isEmpty())
                .toList();
    }

    @Override
    public List<StoredObject> dependentsOf(String ownerUid) {
        return registry.all().stream()
                .flatMap(strategy -> list(strategy.type().groupResource(), "").stream())
                .filter(object -> object.meta().ownerReferences().stream()
                        .anyMatch(owner -> owner.uid().equals(ownerUid)))
                .toList();
    }

    @Override
    public Optional<PlanFailure> lastFailure(ObjectKey key) {
        return Optional.ofNullable(failures.get(key));
    }
}
