package dev.troupe.node.worker;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.SandboxState;

/** What came of a step. */
sealed interface StepFact {
    record VolumesMounted() implements StepFact {}

    record VolumesFailed() implements StepFact {}

    record SandboxCreated(SandboxState sandbox) implements StepFact {}

    record SandboxFailed() implements StepFact {}

    record ContainerStarted(String name, ContainerId id) implements StepFact {}

    record PullNeeded(String name) implements StepFact {}

    record StartFailed(String name, String reason, String message) implements StepFact {}

    record SignalFailed(ContainerId id) implements StepFact {}

    record Released() implements StepFact {}

    /** The runtime has changed in a way that only a look at it tells. */
    record RuntimeChanged() implements StepFact {}

    /** It could not be done now, and what follows was not tried. */
    record Failed(String message) implements StepFact {}
}
