package dev.troupe.model.entity;

import dev.troupe.model.api.WriteResult;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.status.Status;
import java.util.List;

/** What becomes of a write. */
public sealed interface Decision {
    /** Refused; nothing changes. */
    record Rejected(Status status) implements Decision {}

    /**
     * Nothing is to be kept: a no-op, or a dry run.
     *
     * @param object the unversioned bytes to answer with
     */
    record Answer(byte[] object, WriteResult.Effect effect, List<String> warnings) implements Decision {}

    /** An event is to be kept. */
    record Persist(ResourceEvent event, WriteResult.Effect effect, List<String> warnings) implements Decision {}
}
