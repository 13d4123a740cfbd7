package dev.troupe.node.runtime;

import java.util.List;

/** Every sandbox and container of this node, at one moment. */
public record RuntimeSnapshot(List<SandboxState> sandboxes, List<ContainerState> containers) {
    public RuntimeSnapshot {
        sandboxes = List.copyOf(sandboxes);
        containers = List.copyOf(containers);
    }

    /** What belongs to one pod. */
    public RuntimeSnapshot of(String podUid) {
        return new RuntimeSnapshot(
                sandboxes.stream()
                        .filter(sandbox -> sandbox.pod().uid().equals(podUid))
                        .toList(),
                containers.stream()
                        .filter(container -> container.pod().uid().equals(podUid))
                        .toList());
    }
}
