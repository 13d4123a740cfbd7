package dev.troupe.node.pod;

import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.SandboxState;
import java.time.Instant;
import java.util.Optional;

/** What stands between a container and its start: its image, a back-off, an earlier failure. */
final class StartTurn {
    private final PodDecider decider;
    private final PodMemory memory;
    private final PodObservation observed;

    StartTurn(PodDecider decider) {
        this.decider = decider;
        this.memory = decider.memory();
        this.observed = decider.observed();
    }

    /** Starts a container unless its image, a back-off or an earlier failure stands before it. */
    void considerStart(ContainerView container, SandboxState sandbox, Optional<ContainerState> current) {
        String name = container.name();
        if (memory.isPulling(name)) {
            return;
        }
        if (memory.isPullWanted(name)) {
            considerPull(container);
            return;
        }
        if (!decider.isDue(memory.retryAt(name))) {
            return;
        }
        Optional<Instant> ended =
                observed.newest(name).flatMap(ContainerState::exit).map(ContainerState.Exit::finishedAt);
        boolean pulled = memory.isPulled(name);
        Optional<Backoff> backoff = memory.restartBackoff(container);
        if (ended.isPresent()
                && !pulled
                && backoff.isPresent()
                && !decider.isDue(backoff.get().due(ended.get()))) {
            hold(
                    container,
                    "CrashLoopBackOff",
                    "back-off " + backoff.get().text() + " restarting failed container=" + name + " pod="
                            + decider.pod().title(),
                    PodEvent.warning(
                            "BackOff",
                            "Back-off restarting failed container " + name + " in pod "
                                    + decider.pod().title()));
            return;
        }
        // One that was made and never started is left of an attempt that was cut short: the same attempt again.
        Optional<ContainerState> cutShort =
                current.filter(container1 -> container1.phase() == ContainerState.Phase.CREATED);
        cutShort.ifPresent(left -> decider.add(new PodAction.RemoveContainer(left.id())));
        int attempt = cutShort.map(ContainerState::attempt).orElseGet(() -> nextAttempt(container));
        decider.add(new PodAction.StartContainer(container, sandbox, attempt, pulled, ended));
    }

    private void considerPull(ContainerView container) {
        String image = container.image();
        Optional<Instant> due = memory.pullDue(image);
        if (due.isEmpty() || decider.isDue(due.get())) {
            decider.add(new PodAction.PullImage(container));
            return;
        }
        String text = "Back-off pulling image \"" + image + "\"";
        boolean told = memory.held(container.name())
                .filter(held -> held.reason().equals("ImagePullBackOff"))
                .isPresent();
        String error = memory.pullError(image);
        hold(
                container,
                "ImagePullBackOff",
                error.isEmpty() ? text : text + ": ErrImagePull: " + error,
                PodEvent.normal("BackOff", text));
        if (!told) {
            decider.add(new PodAction.Tell(
                    PodEvent.warning("Failed", "Error: ImagePullBackOff").of(container)));
        }
    }

    private void hold(ContainerView container, String reason, String message, PodEvent event) {
        boolean told = memory.held(container.name())
                .filter(held -> held.equals(new PodMemory.Held(reason, message)))
                .isPresent();
        if (!told) {
            decider.add(new PodAction.Hold(container, reason, message));
            decider.add(new PodAction.Tell(event.of(container)));
        }
    }

    /** One more than the last attempt, of which the runtime may have lost the container. */
    private int nextAttempt(ContainerView container) {
        Optional<ContainerState> newest = observed.newest(container.name());
        var status = decider.pod().containerStatus(container.name());
        boolean ranBefore = !Json.text(status, "containerID").isEmpty();
        int known = ranBefore ? Json.integer(status, 0, "restartCount") : -1;
        return Math.max(known, newest.map(ContainerState::attempt).orElse(-1)) + 1;
    }
}
