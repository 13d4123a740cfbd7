package dev.troupe.model.controller;

import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
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

    /** The objects of a namespace and resource that no controller owns, sorted by name. Answered from an index. */
    List<StoredObject> uncontrolled(GroupResource resource, String namespace);

    /** All objects, of every watched resource, that name this uid among their owners. Answered from an index. */
    List<StoredObject> dependentsOf(String ownerUid);

    /**
     * Since when this view has been kept. What was to happen before, such as a heartbeat, could not be seen, and says
     * nothing by its absence.
     */
    default Instant observingSince() {
        return Instant.MIN;
    }

    /**
     * What ended the last plan for this key of the asking controller; empty if it went through, or was never made. For
     * conditions that tell users of a failure: a reconciler does not see its own plan fail.
     */
    default Optional<PlanFailure> lastFailure(ObjectKey key) {
        return Optional.empty();
    }
}
