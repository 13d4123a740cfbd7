package dev.troupe.node.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.ContainerState.Exit;
import dev.troupe.node.runtime.ContainerState.Phase;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the engine has, in the port's values. A list lacks exit codes and times, so each container is inspected too, but
 * only once in each state: a container is never started twice, so a state's details do not change.
 */
final class EngineStates {
    private record Known(String state, InspectContainerResponse details) {}

    private final DockerClient docker;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    EngineStates(DockerClient docker) {
        this.docker = docker;
    }

    RuntimeSnapshot list(Map<String, String> labels) {
        List<Container> found = docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(labels)
                .exec();
        List<SandboxState> sandboxes = new ArrayList<>();
        List<ContainerState> containers = new ArrayList<>();
        for (Container container : found) {
            Optional<InspectContainerResponse> details = details(container);
            if (details.isEmpty()) {
                continue;
            }
            if (EngineLabels.isSandbox(container.getLabels())) {
                sandboxes.add(sandbox(details.get()));
            } else {
                containers.add(container(details.get()));
            }
        }
        return new RuntimeSnapshot(sandboxes, containers);
    }

    /** As {@link #list}, of all that this object will ever be asked about: it forgets what is not among it. */
    RuntimeSnapshot listAll(Map<String, String> labels) {
        RuntimeSnapshot all = list(labels);
        Set<String> present = new HashSet<>();
        all.sandboxes().forEach(sandbox -> present.add(sandbox.id().value()));
        all.containers().forEach(container -> present.add(container.id().value()));
        known.keySet().retainAll(present);
        return all;
    }

    void forget(String id) {
        known.remove(id);
    }

    /** Empty where it has gone since the list was made. */
    private Optional<InspectContainerResponse> details(Container container) {
        Known cached = known.get(container.getId());
        if (cached != null && cached.state().equals(container.getState())) {
            return Optional.of(cached.details());
        }
        try {
            InspectContainerResponse details =
                    docker.inspectContainerCmd(container.getId()).exec();
            String state = Objects.requireNonNullElse(details.getState().getStatus(), "");
            // A created one may yet be found unable to start, which leaves it created.
            if (!state.equals("created")) {
                known.put(container.getId(), new Known(state, details));
            }
            return Optional.of(details);
        } catch (NotFoundException e) {
            known.remove(container.getId());
            return Optional.empty();
        }
    }

    SandboxState sandbox(InspectContainerResponse details) {
        Map<String, String> labels = labels(details);
        String address = labels.getOrDefault(EngineLabels.ADDRESS, "");
        Long pid = details.getState().getPidLong();
        return new SandboxState(
                new SandboxId(details.getId()),
                EngineLabels.pod(labels),
                EngineLabels.attempt(labels),
                phase(details) == Phase.RUNNING,
                pid == null ? 0 : pid,
                Instant.parse(details.getCreated()),
                address.isEmpty() ? List.of() : List.of(address.split(",")));
    }

    private ContainerState container(InspectContainerResponse details) {
        Map<String, String> labels = labels(details);
        Phase phase = phase(details);
        String image = details.getConfig().getImage();
        return new ContainerState(
                new ContainerId(details.getId()),
                new SandboxId(labels.getOrDefault(EngineLabels.SANDBOX, "")),
                EngineLabels.pod(labels),
                labels.getOrDefault(EngineLabels.CONTAINER_NAME, ""),
                EngineLabels.attempt(labels),
                phase,
                image == null ? "" : image,
                details.getImageId(),
                Instant.parse(details.getCreated()),
                time(details.getState().getStartedAt()),
                phase == Phase.EXITED ? Optional.of(exit(details)) : Optional.empty(),
                EngineLabels.annotations(labels));
    }

    private static Map<String, String> labels(InspectContainerResponse details) {
        Map<String, String> labels = details.getConfig().getLabels();
        return labels == null ? new HashMap<>() : labels;
    }

    private static Phase phase(InspectContainerResponse details) {
        InspectContainerResponse.ContainerState state = details.getState();
        String status = Objects.requireNonNullElse(state.getStatus(), "");
        return switch (status) {
            case "running", "paused", "restarting" -> Phase.RUNNING;
            case "created" -> exitCode(state) == 0 && error(state).isEmpty() ? Phase.CREATED : Phase.EXITED;
            default -> Phase.EXITED;
        };
    }

    private static Exit exit(InspectContainerResponse details) {
        InspectContainerResponse.ContainerState state = details.getState();
        int code = exitCode(state);
        // Of a child killed for memory the engine keeps the mark, though the main process may end well later.
        boolean outOfMemory = Boolean.TRUE.equals(state.getOOMKilled()) && code != 0;
        return new Exit(
                code,
                outOfMemory,
                error(state),
                time(state.getFinishedAt()).orElseGet(() -> Instant.parse(details.getCreated())));
    }

    private static int exitCode(InspectContainerResponse.ContainerState state) {
        Long code = state.getExitCodeLong();
        return code == null ? 0 : code.intValue();
    }

    private static String error(InspectContainerResponse.ContainerState state) {
        return Objects.requireNonNullElse(state.getError(), "");
    }

    /** Absent for the engine's zero time, year 1. */
    private static Optional<Instant> time(String text) {
        return text == null || text.isEmpty() || text.startsWith("0001-")
                ? Optional.empty()
                : Optional.of(Instant.parse(text));
    }
}
