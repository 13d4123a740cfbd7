package dev.troupe.node.runtime;

import java.io.IOException;

/**
 * The runtime refused, or could not be asked. The message is fit for a pod's status and events; {@link Reason} says
 * what a caller may do about it.
 */
public final class ContainerRuntimeException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why it failed, as far as a caller must know. */
    public enum Reason {
        /** The runtime does not answer: try again later; nothing is known of its containers. */
        UNAVAILABLE,
        /** The container, sandbox or image does not exist (any more). */
        NOT_FOUND,
        /** The runtime understood and refused, for example a command that cannot be started. */
        REFUSED,
        /** This runtime never does that, for example exec in a simulated container. */
        UNSUPPORTED
    }

    private final Reason reason;

    public ContainerRuntimeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ContainerRuntimeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
