package dev.troupe.node.pod;

import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.SandboxState;
import java.util.Optional;

/** The init containers' part of a decision: one after the other, sidecars staying up beside those that follow. */
final class InitTurn {
    private final PodDecider decider;
    private final SandboxState sandbox;

    InitTurn(PodDecider decider, SandboxState sandbox) {
        this.decider = decider;
        this.sandbox = sandbox;
    }

    /** @return whether the regular containers may start */
    boolean run() {
        boolean initialized = decider.pod().containers().stream()
                .anyMatch(container -> decider.observed()
                        .newestIn(container.name(), sandbox.id())
                        .isPresent());
        for (ContainerView container : decider.pod().initContainers()) {
            decider.tidy(container);
            Optional<ContainerState> current = decider.observed().newestIn(container.name(), sandbox.id());
            boolean passed =
                    container.isSidecar() ? sidecar(container, current) : initialized || init(container, current);
            if (!passed && !initialized) {
                return false;
            }
        }
        return true;
    }

    /** @return whether the next may start: it runs and has passed its startup probe */
    private boolean sidecar(ContainerView container, Optional<ContainerState> current) {
        if (current.isEmpty() || !current.get().isRunning()) {
            new StartTurn(decider).considerStart(container, sandbox, current);
            return false;
        }
        boolean hookDone = decider.checkRunning(container, current.get());
        boolean started = container.probe(Probe.Kind.STARTUP).isEmpty()
                || decider.memory().healthOf(current.get().id()).started().orElse(false);
        return hookDone && started;
    }

    /** @return whether it has ended well */
    private boolean init(ContainerView container, Optional<ContainerState> current) {
        if (current.isPresent() && current.get().isRunning()) {
            decider.checkRunning(container, current.get());
            return false;
        }
        boolean done = current.flatMap(ContainerState::exit)
                .filter(exit -> exit.code() == 0)
                .isPresent();
        if (!done && decider.isToStart(container, current)) {
            new StartTurn(decider).considerStart(container, sandbox, current);
        }
        return done;
    }
}
