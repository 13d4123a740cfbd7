package dev.troupe.actors.allocation;

import dev.troupe.model.status.Status;

/** What must be read before anything may be given out cannot be read. */
public final class ReadFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Status status;

    public ReadFailure(Status status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    Status status() {
        return status;
    }
}
