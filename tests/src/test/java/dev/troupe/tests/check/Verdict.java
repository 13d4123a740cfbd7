package dev.troupe.tests.check;

import java.util.List;

/** What a checker found. */
public sealed interface Verdict {

    record Legal() implements Verdict {}

    /**
     * A promise is broken.
     *
     * @param fault says which and by what
     */
    record Illegal(String fault) implements Verdict {}

    /** The checker gave up: there were too many possible orders. */
    record Undecided(String why) implements Verdict {}

    static Verdict of(List<String> faults) {
        return faults.isEmpty() ? new Legal() : new Illegal(String.join("\n", faults));
    }

    /** Throws if it is not legal. */
    default void orThrow() {
        switch (this) {
            case Legal legal -> {
                // As promised.
            }
            case Illegal illegal -> throw new AssertionError(illegal.fault());
            case Undecided undecided -> throw new AssertionError("undecided: " + undecided.why());
        }
    }
}
