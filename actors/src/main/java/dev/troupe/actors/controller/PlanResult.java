package dev.troupe.actors.controller;

import dev.troupe.model.api.Cause;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.resource.GroupResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What became of a plan.
 *
 * @param written the versions that its steps made
 * @param failure the step that ended it
 * @param stale whether it was made for a world that is no more: to be made again, and no fault
 */
record PlanResult(List<Cause> written, Optional<PlanFailure> failure, boolean stale) {
    static final PlanResult NOTHING = new PlanResult(List.of(), Optional.empty(), false);

    PlanResult {
        written = List.copyOf(written);
    }

    /** One that ends the plan without anybody's fault. */
    static PlanResult outdated(PlanFailure failure) {
        return new PlanResult(List.of(), Optional.of(failure), true);
    }

    static PlanResult failed(PlanFailure failure) {
        return new PlanResult(List.of(), Optional.of(failure), false);
    }

    boolean ended() {
        return failure.isPresent();
    }

    /** Both, in order: the first failure counts. */
    PlanResult and(PlanResult later) {
        List<Cause> both = new ArrayList<>(written);
        both.addAll(later.written);
        boolean laterFailed = failure.isEmpty() && later.failure.isPresent();
        return new PlanResult(
                both,
                failure.or(later::failure),
                laterFailed ? later.stale : failure.isPresent() ? stale : stale || later.stale);
    }

    Set<Cause> ownWrites() {
        return new HashSet<>(written);
    }

    /** The latest version written of each resource. */
    Map<GroupResource, Long> versions() {
        Map<GroupResource, Long> versions = new HashMap<>();
        written.forEach(write -> versions.merge(write.object().resource(), write.resourceVersion(), Math::max));
        return versions;
    }
}
