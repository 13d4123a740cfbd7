package dev.troupe.model.kind;

import dev.troupe.model.resource.ResourceStrategy;
import java.util.List;

/** Pods and the kinds that make pods. */
final class WorkloadKinds {
    private WorkloadKinds() {}

    static List<ResourceStrategy> all() {
        return List.of(
                new PodStrategy(),
                new ReplicationControllerStrategy(),
                new ReplicaSetStrategy(),
                new DeploymentStrategy());
    }
}
