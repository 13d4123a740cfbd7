package dev.troupe.actors.controller;

import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The store, and how the last plan for a key ended. */
record ViewAfterFailure(InformerStore store, ObjectKey key, PlanFailure failure) implements ClusterView {
    @Override
    public Optional<StoredObject> get(ObjectKey wanted) {
        return store.get(wanted);
    }

    @Override
    public List<StoredObject> list(GroupResource resource, String namespace) {
        return store.list(resource, namespace);
    }

    @Override
    public List<StoredObject> controlledBy(GroupResource resource, String ownerUid) {
        return store.controlledBy(resource, ownerUid);
    }

    @Override
    public List<StoredObject> uncontrolled(GroupResource resource, String namespace) {
        return store.uncontrolled(resource, namespace);
    }

    @Override
    public List<StoredObject> dependentsOf(String ownerUid) {
        return store.dependentsOf(ownerUid);
    }

    @Override
    public Instant observingSince() {
        return store.observingSince();
    }

    @Override
    public Optional<PlanFailure> lastFailure(ObjectKey asked) {
        return asked.equals(key) ? Optional.of(failure) : Optional.empty();
    }
}
