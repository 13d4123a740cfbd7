package dev.troupe.persistence;

import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.persistence.embedded.EmbeddedJournalReader;
import dev.troupe.persistence.leveldb.LeveldbJournalReader;
import java.nio.file.Path;

/** The journal in a folder, for reading only. Reads stream; nothing is kept in memory. */
public interface JournalReader extends AutoCloseable {

    /** Receives what the journal holds, one record at a time. */
    interface Visitor {
        void event(String persistenceId, long sequenceNr, ResourceEvent event);

        void versions(VersionsCommitted versions);
    }

    /**
     * Opens the journal as it stands at this moment. The embedded journal may be written meanwhile.
     *
     * @throws JournalUnusable if there is no journal in the folder, or none that this Troupe can read now
     */
    static JournalReader open(Path folder) {
        return switch (JournalKind.in(folder)) {
            case EMBEDDED -> EmbeddedJournalReader.open(folder);
            case LEVELDB -> LeveldbJournalReader.open(folder);
        };
    }

    /** Visits everything so that no version comes before its event, and each stream in its order. */
    void replay(Visitor visitor);

    /** Visits one stream, oldest first. */
    void stream(String persistenceId, Visitor visitor);

    @Override
    void close();

    /** Hands a decoded record to a visitor. */
    static void tell(Visitor visitor, String persistenceId, long sequenceNr, Object record) {
        switch (record) {
            case ResourceEvent event -> visitor.event(persistenceId, sequenceNr, event);
            case VersionsCommitted versions -> visitor.versions(versions);
            default -> throw new JournalUnusable("the journal holds a " + record.getClass() + " in " + persistenceId);
        }
    }
}
