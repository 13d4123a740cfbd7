package dev.troupe.app;

/** A command cannot go on for a reason that its user can mend. The message says what happened and what to do. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
