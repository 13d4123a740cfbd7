package dev.troupe.node.runtime;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A container as the runtime has it.
 *
 * @param imageId the runtime's name of the image's content, for example {@code sha256:...}
 * @param startedAt absent if it never ran
 * @param exit present once it has ended, or could not be started
 * @param annotations as given at creation
 */
public record ContainerState(
        ContainerId id,
        SandboxId sandbox,
        PodIdentity pod,
        String name,
        int attempt,
        Phase phase,
        String image,
        String imageId,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Exit> exit,
        Map<String, String> annotations) {

    /** Where it is in its life. */
    public enum Phase {
        CREATED,
        RUNNING,
        EXITED
    }

    /**
     * How it ended.
     *
     * @param code the process's exit code; 128 + signal where it was killed
     * @param outOfMemory the kernel killed it for its memory limit
     * @param error the runtime's own words where it could not be started; else empty
     */
    public record Exit(int code, boolean outOfMemory, String error, Instant finishedAt) {}

    public ContainerState {
        annotations = Map.copyOf(annotations);
    }

    public boolean isRunning() {
        return phase == Phase.RUNNING;
    }
}
