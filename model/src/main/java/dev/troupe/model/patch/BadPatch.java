package dev.troupe.model.patch;

import dev.troupe.model.status.Status;

/** A patch that cannot be applied; carries the answer. */
final class BadPatch extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Status status;

    private BadPatch(Status status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    /** Kubernetes' words. It answers some of them with 500; a client's fault is 400 here. */
    static BadPatch because(String why) {
        return new BadPatch(Status.badRequest(why));
    }

    static BadPatch rejected() {
        return new BadPatch(Status.patchRejected());
    }

    Status status() {
        return status;
    }
}
