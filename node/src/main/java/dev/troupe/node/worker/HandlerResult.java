package dev.troupe.node.worker;

/**
 * What a probe or hook came to.
 *
 * @param output of the command, or why it failed
 */
public record HandlerResult(Kind kind, String output) {
    /** Success, failure, or it could not be tried. */
    public enum Kind {
        SUCCESS,
        FAILURE,
        ERROR
    }

    static HandlerResult success(String output) {
        return new HandlerResult(Kind.SUCCESS, output);
    }

    static HandlerResult failure(String output) {
        return new HandlerResult(Kind.FAILURE, output);
    }

    static HandlerResult error(String output) {
        return new HandlerResult(Kind.ERROR, output);
    }

    boolean succeeded() {
        return kind == Kind.SUCCESS;
    }
}
