package dev.troupe.model.controller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a reconciler wants done.
 *
 * @param steps in order; the first failure ends the plan, and the key is reconciled again after a backoff
 * @param again when to look again though nothing changes, for example at a deadline
 */
public record Plan(List<PlanStep> steps, Optional<Duration> again) {
    private static final Plan NOTHING = new Plan(List.of(), Optional.empty());

    public Plan {
        steps = List.copyOf(steps);
    }

    public static Plan nothing() {
        return NOTHING;
    }

    public static Plan of(List<PlanStep> steps) {
        return new Plan(steps, Optional.empty());
    }

    public Plan againAfter(Duration delay) {
        return new Plan(steps, Optional.of(delay));
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }
}
