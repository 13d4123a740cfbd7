package dev.troupe.persistence.audit;

import dev.troupe.model.journal.ResourceEvent;
import java.util.OptionalLong;

/**
 * One change with the object as it was before and after.
 *
 * @param sequenceNr of the event in the object's stream
 * @param resourceVersion absent where the change was not committed: nobody was told of it
 * @param before unversioned JSON; empty before creation
 * @param after unversioned JSON; empty after removal
 */
public record AuditEntry(
        ResourceEvent event, long sequenceNr, OptionalLong resourceVersion, byte[] before, byte[] after) {

    public boolean created() {
        return before.length == 0;
    }

    public boolean removed() {
        return after.length == 0;
    }
}
