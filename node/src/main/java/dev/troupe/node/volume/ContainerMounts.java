package dev.troupe.node.volume;

import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.PodView;
import java.util.Map;

/**
 * Which container's mounts are asked for.
 *
 * @param environment that subPathExpr may name
 */
public record ContainerMounts(PodView pod, ContainerView container, int attempt, Map<String, String> environment) {
    public ContainerMounts {
        environment = Map.copyOf(environment);
    }
}
