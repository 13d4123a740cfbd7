package dev.troupe.node.worker;

import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.pod.PodMemory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a worker's memory learns of the facts that steps bring. */
final class StepFacts {
    private StepFacts() {}

    /** @return whether only a look at the runtime tells how things are now */
    static boolean learn(PodMemory memory, StepFact fact, Instant now) {
        switch (fact) {
            case StepFact.VolumesMounted mounted -> memory.volumesMounted();
            case StepFact.VolumesFailed failed -> memory.volumesFailed(now);
            case StepFact.SandboxCreated created -> memory.sandboxCreated();
            case StepFact.SandboxFailed failed -> memory.sandboxFailed(now);
            case StepFact.ContainerStarted started -> memory.containerStarted(started.name(), started.id());
            case StepFact.PullNeeded needed -> memory.pullNeeded(needed.name());
            case StepFact.StartFailed failed ->
                memory.startFailed(failed.name(), failed.reason(), failed.message(), now);
            case StepFact.SignalFailed failed -> memory.signalFailed(failed.id());
            case StepFact.Released released -> memory.released();
            case StepFact.RuntimeChanged changed -> {}
            case StepFact.Failed failed -> {}
        }
        return switch (fact) {
            case StepFact.SandboxFailed failed -> true;
            case StepFact.ContainerStarted started -> true;
            case StepFact.StartFailed failed -> true;
            case StepFact.RuntimeChanged changed -> true;
            case StepFact.VolumesMounted mounted -> false;
            case StepFact.VolumesFailed failed -> false;
            case StepFact.SandboxCreated created -> false;
            case StepFact.PullNeeded needed -> false;
            case StepFact.SignalFailed failed -> false;
            case StepFact.Released released -> false;
            case StepFact.Failed failed -> false;
        };
    }

    /** Why the steps were broken off, if they were. */
    static Optional<String> failure(List<StepFact> facts) {
        return facts.stream()
                .filter(StepFact.Failed.class::isInstance)
                .map(fact -> ((StepFact.Failed) fact).message())
                .findFirst();
    }

    /** @return the event to tell of a hook that failed */
    static Optional<PodEvent> learn(PodMemory memory, PodWorker.HookEnded ended) {
        boolean succeeded = ended.result().succeeded();
        if (ended.preStop()) {
            memory.preStopEnded(ended.id());
        } else if (succeeded) {
            memory.postStartSucceeded(ended.id());
        } else {
            memory.postStartFailed(ended.id(), ended.result().output());
        }
        String hook = ended.preStop() ? "PreStop" : "PostStart";
        return succeeded
                ? Optional.empty()
                : Optional.of(PodEvent.warning("Failed" + hook + "Hook", hook + "Hook failed")
                        .of(ended.container()));
    }
}
