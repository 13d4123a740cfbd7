package dev.troupe.model.controller;

import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/**
 * A controller's thinking: level-triggered, pure. The same view and time give the same plan, and reconciling what a plan
 * led to gives an empty plan.
 */
public interface Reconciler {
    /** Kubernetes' name of its service account, for example {@code deployment-controller}: its identity. */
    String name();

    /** The component that its API Events name as their source. */
    default String component() {
        return name();
    }

    /** The resources it reads. A change of any of them may concern it. */
    Set<GroupResource> resources();

    /** The objects to reconcile after a change; also called once for each object at the start. */
    Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view);

    /** What to do about one object, which may not exist (any more). */
    Plan reconcile(ObjectKey key, ClusterView view, Instant now);
}
