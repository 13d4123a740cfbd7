package dev.troupe.persistence.embedded;

import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.persistence.JournalReader;
import java.util.function.BiConsumer;

/** A journal visitor that looks at objects' events only. */
record EventsOnly(BiConsumer<Long, ResourceEvent> receiver) implements JournalReader.Visitor {
    @Override
    public void event(String persistenceId, long sequenceNr, ResourceEvent event) {
        receiver.accept(sequenceNr, event);
    }

    @Override
    public void versions(VersionsCommitted versions) {
        // Not looked at.
    }
}
