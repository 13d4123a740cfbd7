package dev.troupe.node.pod;

import java.util.Optional;

/**
 * The count of one probe's equal results in a row, and what they come to.
 *
 * @param outcome empty until a threshold was first reached
 */
public record ProbeState(Probe probe, int successes, int failures, Optional<Boolean> outcome) {

    public static ProbeState initial(Probe probe) {
        return new ProbeState(probe, 0, 0, Optional.empty());
    }

    /** With one more result. */
    public ProbeState after(boolean success) {
        int inRow = success ? successes + 1 : failures + 1;
        boolean reached = inRow >= (success ? probe.successThreshold() : probe.failureThreshold());
        return new ProbeState(
                probe, success ? inRow : 0, success ? 0 : inRow, reached ? Optional.of(success) : outcome);
    }

    /** Whether it has nothing more to find out of this container: a startup probe that passed, a container to end. */
    public boolean isOver() {
        return switch (probe.kind()) {
            case STARTUP -> outcome.isPresent();
            case LIVENESS -> outcome.filter(success -> !success).isPresent();
            case READINESS -> false;
        };
    }
}
