package dev.troupe.model.controller;

import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.util.List;
import java.util.Optional;

/**
 * The objects as a controller sees them. Not older than the controller's own writes: the shell waits for them before it
 * reconciles the same key again, so no reconciler needs to remember what it has done.
 */
public interface ClusterView {
    Optional<StoredObject> get(ObjectKey key);

    /**
     * The objects of a resource, sorted by namespace and name.
     *
     * @param namespace empty for all namespaces
     */
    List<StoredObject> list(GroupResource resource, String namespace);

    /**
     * The objects of a resource whose controller (the owner reference with {@code controller: true}) has this uid,
     * sorted by name. Answered from an index.
     */
    List<StoredObject> controlledBy(GroupResource resource, String ownerUid);

    /** All objects, of every watched resource, that name this uid among their owners. Answered from an index. */
    List<StoredObject> dependentsOf(String ownerUid);
}
