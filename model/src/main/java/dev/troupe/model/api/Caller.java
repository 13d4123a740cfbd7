package dev.troupe.model.api;

import java.util.Optional;

/**
 * On whose behalf a request runs, and why.
 *
 * @param auditId one a request, echoed to the client and kept in the journal
 * @param cause absent for a request of a person
 */
public record Caller(UserInfo user, String auditId, Optional<Cause> cause) {
    public static Caller of(UserInfo user, String auditId) {
        return new Caller(user, auditId, Optional.empty());
    }

    public Caller because(Cause newCause) {
        return new Caller(user, auditId, Optional.of(newCause));
    }
}
