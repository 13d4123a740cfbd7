package dev.troupe.node.worker;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.status.Status;
import org.jspecify.annotations.Nullable;

/** Answers of the API to actors. */
public final class Outcomes {
    private Outcomes() {}

    /** A stage that broke is a failure like any other to a node: it tries again. */
    public static <T> Outcome<T> of(@Nullable Outcome<T> outcome, @Nullable Throwable bug) {
        return outcome != null
                ? outcome
                : Outcome.failure(Status.internalError(bug == null ? "no answer" : String.valueOf(bug.getMessage())));
    }
}
