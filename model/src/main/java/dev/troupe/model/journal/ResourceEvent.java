package dev.troupe.model.journal;

import dev.troupe.model.api.Cause;
import dev.troupe.model.resource.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One durable change of one object, in the object's own journal stream, with all that an audit asks: who, what, why.
 *
 * @param name domain word, for example {@code PodBound}
 * @param key the object
 * @param uid of this incarnation of the object
 * @param time when it was decided
 * @param verb create, update, patch, delete
 * @param subresource empty for the object itself
 * @param cause what the acting controller reacted to; absent for a person's request
 */
public record ResourceEvent(
        String name,
        ObjectKey key,
        String uid,
        Instant time,
        String user,
        List<String> groups,
        String verb,
        String subresource,
        String auditId,
        Optional<Cause> cause,
        ObjectChange change) {
    public ResourceEvent {
        groups = List.copyOf(groups);
    }
}
