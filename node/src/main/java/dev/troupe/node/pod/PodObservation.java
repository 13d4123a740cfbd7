package dev.troupe.node.pod;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the runtime has of one pod.
 *
 * @param terminationMessages of containers that have ended, where they left one
 */
public record PodObservation(
        List<SandboxState> sandboxes, List<ContainerState> containers, Map<ContainerId, String> terminationMessages) {
    public PodObservation {
        sandboxes = sandboxes.stream()
                .sorted(Comparator.comparingInt(SandboxState::attempt)
                        .thenComparing(SandboxState::createdAt)
                        .reversed())
                .toList();
        containers = containers.stream()
                .sorted(Comparator.comparingInt(ContainerState::attempt)
                        .thenComparing(ContainerState::createdAt)
                        .reversed())
                .toList();
        terminationMessages = Map.copyOf(terminationMessages);
    }

    public static PodObservation nothing() {
        return new PodObservation(List.of(), List.of(), Map.of());
    }

    public static PodObservation of(RuntimeSnapshot snapshot, Map<ContainerId, String> terminationMessages) {
        return new PodObservation(snapshot.sandboxes(), snapshot.containers(), terminationMessages);
    }

    /** With a sandbox that was made since. */
    public PodObservation with(SandboxState sandbox) {
        List<SandboxState> all = new ArrayList<>(sandboxes);
        all.add(sandbox);
        return new PodObservation(all, containers, terminationMessages);
    }

    /** Nothing runs and there is no sandbox, though ended containers may be left. */
    public boolean isStopped() {
        return sandboxes.isEmpty() && running().isEmpty();
    }

    /** The newest sandbox, ready or not. */
    public Optional<SandboxState> newestSandbox() {
        return sandboxes.stream().findFirst();
    }

    /** The sandbox that containers can be started in. */
    public Optional<SandboxState> readySandbox() {
        return newestSandbox().filter(SandboxState::ready);
    }

    /** All of a name, newest first. */
    public List<ContainerState> of(String name) {
        return containers.stream()
                .filter(container -> container.name().equals(name))
                .toList();
    }

    public Optional<ContainerState> newest(String name) {
        return of(name).stream().findFirst();
    }

    public Optional<ContainerState> newestIn(String name, SandboxId sandbox) {
        return newest(name).filter(container -> container.sandbox().equals(sandbox));
    }

    public List<ContainerState> running() {
        return containers.stream().filter(ContainerState::isRunning).toList();
    }
}
