package dev.troupe.model.controller.builtin;

import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.endpoint.EndpointSliceReconciler;
import dev.troupe.model.controller.endpoint.EndpointsReconciler;
import dev.troupe.model.controller.garbage.GarbageCollector;
import dev.troupe.model.controller.garbage.PodGarbageCollector;
import dev.troupe.model.controller.namespace.NamespaceReconciler;
import dev.troupe.model.controller.namespace.ServiceAccountReconciler;
import dev.troupe.model.controller.workload.DeploymentReconciler;
import dev.troupe.model.controller.workload.ReplicaReconciler;
import dev.troupe.model.resource.ResourceRegistry;
import java.util.List;

/** All built-in controllers. */
public final class Controllers {
    private Controllers() {}

    /** The reconcilers for a cluster that serves these kinds. */
    public static List<Reconciler> all(ResourceRegistry registry) {
        return List.of(
                ReplicaReconciler.ofReplicaSets(),
                ReplicaReconciler.ofReplicationControllers(),
                new DeploymentReconciler(),
                new EndpointSliceReconciler(),
                new EndpointsReconciler(),
                new NamespaceReconciler(registry),
                new ServiceAccountReconciler(),
                new GarbageCollector(registry),
                new PodGarbageCollector(PodGarbageCollector.ENDED_PODS_KEPT));
    }
}
