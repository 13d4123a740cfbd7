package dev.troupe.actors.controller;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.controller.CertificateSigner;
import dev.troupe.model.resource.ResourceRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * What every shell of a member is given.
 *
 * @param signer must be there if a reconciler of certificates is
 * @param chance a number from 0 to 1 at each call, for jitter; safe for threads
 */
public record ControllerRuntime(
        ResourceApi api,
        ResourceRegistry registry,
        InstantSource clock,
        IdGenerator ids,
        DoubleSupplier chance,
        ControllerSettings settings,
        Optional<CertificateSigner> signer) {

    /** A request of a built-in controller. */
    public Caller caller(String controller) {
        return Caller.of(UserInfo.controller(controller), ids.uid());
    }

    Backoff backoff() {
        return new Backoff(settings.minBackoff(), settings.maxBackoff(), chance);
    }
}
