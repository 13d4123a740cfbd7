package dev.troupe.model.api;

import java.util.Optional;
import java.util.OptionalLong;

/** The options of a delete, checked. */
public record DeleteOptions(
        boolean dryRun,
        OptionalLong gracePeriodSeconds,
        Optional<Propagation> propagation,
        Optional<String> uidPrecondition,
        Optional<String> resourceVersionPrecondition) {

    /** What becomes of dependents. */
    public enum Propagation {
        ORPHAN,
        BACKGROUND,
        FOREGROUND
    }

    public static DeleteOptions defaults() {
        return new DeleteOptions(false, OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public DeleteOptions onlyUid(String uid) {
        return new DeleteOptions(
                dryRun, gracePeriodSeconds, propagation, Optional.of(uid), resourceVersionPrecondition);
    }
}
