package dev.troupe.node.pod;

import dev.troupe.node.pod.PodMemory.Stopping;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.SandboxState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to do next for a pod. Level-triggered: it looks at the whole of what is and says what is missing, so that after
 * a crash at any point the same look goes on where the last left off.
 */
public final class PodDecider {
    private final PodView pod;
    private final PodObservation observed;
    private final PodMemory memory;
    private final Instant now;
    private final List<PodAction> actions = new ArrayList<>();
    private Optional<Instant> wakeAt = Optional.empty();

    private PodDecider(PodView pod, PodObservation observed, PodMemory memory, Instant now) {
        this.pod = pod;
        this.observed = observed;
        this.memory = memory;
        this.now = now;
    }

    /** Reads the memory only. The actions are to be done in their order, each {@link PodMemory#begin begun} first. */
    public static PodDecision decide(PodView pod, PodObservation observed, PodMemory memory, Instant now) {
        PodDecider decider = new PodDecider(pod, observed, memory, now);
        decider.run();
        return new PodDecision(decider.actions, decider.wakeAt);
    }

    private void run() {
        boolean over = pod.isDeleting() || pod.isFinished() || memory.failure().isPresent();
        if (!over && isPastDeadline()) {
            return;
        }
        goOnStopping();
        if (over) {
            end();
            return;
        }
        if (!memory.areVolumesMounted()) {
            if (isDue(memory.retryAt("volumes"))) {
                actions.add(new PodAction.MountVolumes());
            }
            return;
        }
        sandbox().ifPresent(sandbox -> {
            boolean initialized = new InitTurn(this, sandbox).run();
            regularContainers(sandbox, initialized);
        });
    }

    private boolean isPastDeadline() {
        if (pod.activeDeadlineSeconds().isEmpty() || memory.startTime().isEmpty()) {
            return false;
        }
        Instant deadline =
                memory.startTime().get().plusSeconds(pod.activeDeadlineSeconds().getAsLong());
        if (!isDue(deadline)) {
            return false;
        }
        String message = "Pod was active on the node longer than the specified deadline";
        actions.add(new PodAction.Fail("DeadlineExceeded", message));
        actions.add(new PodAction.Tell(PodEvent.normal("DeadlineExceeded", message)));
        return true;
    }

    /** Takes every container that is to end one step further. */
    private void goOnStopping() {
        for (Map.Entry<ContainerId, Stopping> entry : memory.stops().entrySet()) {
            ContainerId id = entry.getKey();
            Stopping stop = entry.getValue();
            Optional<ContainerState> container = observed.running().stream()
                    .filter(running -> running.id().equals(id))
                    .findFirst();
            if (container.isEmpty()) {
                continue;
            }
            switch (stop.phase()) {
                case BEGUN -> ask(container.get(), stop);
                case HOOK_RUNS -> {
                    if (isDue(stop.deadline())) {
                        actions.add(new PodAction.Signal(id, false));
                    }
                }
                case ASKED -> {
                    if (isDue(stop.deadline())) {
                        actions.add(new PodAction.Signal(id, true));
                    }
                }
                case KILLED -> {}
            }
        }
    }

    private void ask(ContainerState container, Stopping stop) {
        Optional<ContainerView> view = pod.container(container.name());
        Optional<Handler> hook = view.flatMap(ContainerView::preStop);
        if (hook.isPresent() && !memory.healthOf(container.id()).isPreStopDone()) {
            long left = Math.max(1, Duration.between(now, stop.deadline()).toSeconds());
            actions.add(new PodAction.RunPreStop(view.get(), container.id(), hook.get(), left));
        } else {
            actions.add(new PodAction.Signal(container.id(), false));
        }
    }

    /** Everything is to end, sidecars after the containers that they serve. */
    private void end() {
        List<ContainerState> running = observed.running();
        List<ContainerState> mains = running.stream()
                .filter(container -> !isSidecar(container.name()))
                .toList();
        if (!mains.isEmpty()) {
            mains.forEach(this::stopForEnd);
            return;
        }
        if (!running.isEmpty()) {
            lastSidecar(running).ifPresent(this::stopForEnd);
            return;
        }
        observed.containers().stream()
                .filter(container -> container.phase() == ContainerState.Phase.CREATED)
                .forEach(container -> actions.add(new PodAction.RemoveContainer(container.id())));
        observed.sandboxes().forEach(sandbox -> actions.add(new PodAction.DiscardSandbox(sandbox)));
        if (memory.mayHoldVolumes()) {
            actions.add(new PodAction.Release());
        }
        // Only once all of the above is done and seen to be done.
        if (actions.isEmpty()
                && pod.isDeleting()
                && !memory.isDeletionConfirmed()
                && isDue(memory.retryAt("deletion"))) {
            actions.add(new PodAction.ConfirmDeletion());
        }
    }

    private boolean isSidecar(String name) {
        return pod.container(name).filter(ContainerView::isSidecar).isPresent();
    }

    private Optional<ContainerState> lastSidecar(List<ContainerState> running) {
        Optional<ContainerState> last = Optional.empty();
        for (ContainerView sidecar : pod.initContainers()) {
            Optional<ContainerState> container = running.stream()
                    .filter(candidate -> candidate.name().equals(sidecar.name()))
                    .findFirst();
            last = container.isPresent() ? container : last;
        }
        return last;
    }

    private void stopForEnd(ContainerState container) {
        Optional<ContainerView> view = pod.container(container.name());
        if (view.isEmpty()) {
            actions.add(new PodAction.RemoveContainer(container.id()));
            return;
        }
        Optional<Stopping> begun = memory.stop(container.id());
        if (begun.isEmpty() || begun.get().graceSeconds() > pod.graceSeconds()) {
            stop(view.get(), container.id(), pod.graceSeconds(), "Stopping container " + container.name());
        }
    }

    private void stop(ContainerView container, ContainerId id, long graceSeconds, String message) {
        boolean first = memory.stop(id).isEmpty();
        actions.add(new PodAction.Stop(container, id, graceSeconds, message));
        if (first) {
            actions.add(new PodAction.Tell(PodEvent.normal("Killing", message).of(container)));
        }
    }

    /** The sandbox to start containers in; empty while there is none, or none is needed any more. */
    private Optional<SandboxState> sandbox() {
        Optional<SandboxState> ready = observed.readySandbox();
        if (ready.isPresent()) {
            observed.sandboxes().stream()
                    .filter(sandbox -> !sandbox.id().equals(ready.get().id()))
                    .forEach(sandbox -> actions.add(new PodAction.DiscardSandbox(sandbox)));
            return ready;
        }
        List<ContainerState> running = observed.running();
        if (!running.isEmpty()) {
            // Their network is gone with the sandbox, and nothing can be started beside them.
            running.forEach(this::stopForEnd);
            return Optional.empty();
        }
        if (!mayRunAgain() || !isDue(memory.retryAt("sandbox"))) {
            return Optional.empty();
        }
        Optional<SandboxState> dead = observed.newestSandbox();
        if (dead.isPresent()) {
            actions.add(new PodAction.Tell(
                    PodEvent.normal("SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")));
            observed.sandboxes().forEach(sandbox -> actions.add(new PodAction.DiscardSandbox(sandbox)));
        }
        actions.add(new PodAction.CreateSandbox(
                dead.map(sandbox -> sandbox.attempt() + 1).orElse(0)));
        return Optional.empty();
    }

    /** Whether any container is still to run, if the pod got a new sandbox. */
    private boolean mayRunAgain() {
        boolean ranOnce =
                !observed.sandboxes().isEmpty() && !observed.containers().isEmpty();
        if (ranOnce && pod.restartPolicy() == PodView.RestartPolicy.NEVER) {
            return false;
        }
        return pod.containers().stream().anyMatch(container -> {
            Optional<ContainerState> newest = observed.newest(container.name());
            return newest.isEmpty() || mayRestart(container, newest.get());
        });
    }

    /** Whether the policy has a container start again that ended so. */
    boolean mayRestart(ContainerView container, ContainerState ended) {
        if (container.isSidecar() || ended.phase() == ContainerState.Phase.CREATED) {
            return true;
        }
        int code = ended.exit().map(ContainerState.Exit::code).orElse(0);
        return switch (pod.restartPolicy()) {
            case ALWAYS -> !container.init() || code != 0;
            case ON_FAILURE -> code != 0;
            case NEVER -> false;
        };
    }

    private void regularContainers(SandboxState sandbox, boolean initialized) {
        boolean blocked = !initialized;
        boolean anyLeft = false;
        for (ContainerView container : pod.containers()) {
            tidy(container);
            Optional<ContainerState> current = observed.newestIn(container.name(), sandbox.id());
            if (current.isPresent() && current.get().isRunning()) {
                anyLeft = true;
                blocked |= !checkRunning(container, current.get());
            } else if (isToStart(container, observed.newest(container.name()))) {
                anyLeft = true;
                if (!blocked) {
                    new StartTurn(this).considerStart(container, sandbox, current);
                    // The next one starts after this one's hook has ended.
                    blocked = container.postStart().isPresent() && !actions.isEmpty();
                }
            }
        }
        if (initialized && !anyLeft) {
            lastSidecar(observed.running()).ifPresent(this::stopForEnd);
        }
    }

    /** True unless it ended here and may not start again. */
    boolean isToStart(ContainerView container, Optional<ContainerState> current) {
        return current.isEmpty() || mayRestart(container, current.get());
    }

    /**
     * Runs the hook and ends a container that must.
     *
     * @return whether the containers after it may start
     */
    boolean checkRunning(ContainerView container, ContainerState running) {
        if (memory.stop(running.id()).isPresent()) {
            return true;
        }
        PodMemory.Health health = memory.healthOf(running.id());
        boolean restarts = pod.restartPolicy() != PodView.RestartPolicy.NEVER || container.isSidecar();
        String suffix = restarts ? ", will be restarted" : "";
        if (health.postStartFailure().isPresent()) {
            stop(container, running.id(), pod.graceSeconds(), "FailedPostStartHook");
            return false;
        }
        if (!running.image().equals(container.image()) && isTracked(running)) {
            String message = "Container " + container.name() + " definition changed" + suffix;
            stop(container, running.id(), pod.graceSeconds(), message);
        } else if (health.isStartupFailed()) {
            stopUnhealthy(container, running, Probe.Kind.STARTUP, suffix);
        } else if (health.isLivenessFailed()) {
            stopUnhealthy(container, running, Probe.Kind.LIVENESS, suffix);
        }
        if (container.postStart().isEmpty() || health.isPostStartDone()) {
            return true;
        }
        if (!health.isPostStartBegun()) {
            actions.add(new PodAction.RunPostStart(
                    container, running.id(), container.postStart().get()));
        }
        return false;
    }

    /** The runtime may give an image by its digest only; then nothing can be said of its name. */
    private static boolean isTracked(ContainerState running) {
        return !running.image().isEmpty() && !running.image().startsWith("sha256:");
    }

    private void stopUnhealthy(ContainerView container, ContainerState running, Probe.Kind kind, String suffix) {
        long grace = container
                .probe(kind)
                .map(probe -> probe.terminationGracePeriodSeconds().orElse(pod.graceSeconds()))
                .orElse(pod.graceSeconds());
        String what = kind == Probe.Kind.STARTUP ? "startup" : "liveness";
        stop(container, running.id(), grace, "Container " + container.name() + " failed " + what + " probe" + suffix);
    }

    /** Of each container the newest is kept, and one more for its log and last state. */
    void tidy(ContainerView container) {
        observed.of(container.name()).stream()
                .skip(2)
                .filter(old -> !old.isRunning())
                .forEach(old -> actions.add(new PodAction.RemoveContainer(old.id())));
    }

    void add(PodAction action) {
        actions.add(action);
    }

    PodView pod() {
        return pod;
    }

    PodObservation observed() {
        return observed;
    }

    PodMemory memory() {
        return memory;
    }

    /** Whether a time has come; if not, the decision says to come back then. */
    boolean isDue(Instant at) {
        if (!at.isAfter(now)) {
            return true;
        }
        wakeAt = Optional.of(wakeAt.filter(earlier -> earlier.isBefore(at)).orElse(at));
        return false;
    }
}
