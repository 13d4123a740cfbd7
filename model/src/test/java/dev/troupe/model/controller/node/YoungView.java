package dev.troupe.model.controller.node;

import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A view that has been kept for a short time only. */
record YoungView(ClusterView view, Instant observingSince) implements ClusterView {
    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        return view.get(key);
    }

    @Override
    public List<StoredObject> list(GroupResource resource, String namespace) {
        return view.list(resource, namespace);
    }

    @Override
    public List<StoredObject> controlledBy(GroupResource resource, String ownerUid) {
        return view.controlledBy(resource, ownerUid);
    }

    @Override
    public List<StoredObject> uncontrolled(GroupResource resource, String namespace) {
        return view.uncontrolled(resource, namespace);
    }

    @Override
    public List<StoredObject> dependentsOf(String ownerUid) {
        return view.dependentsOf(ownerUid);
    }
}
