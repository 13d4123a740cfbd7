package dev.troupe.node.pod;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to do now.
 *
 * @param wakeAt when to decide again at the latest; empty if only a change can bring something new
 */
public record PodDecision(List<PodAction> actions, Optional<Instant> wakeAt) {
    public PodDecision {
        actions = List.copyOf(actions);
    }
}
