package dev.troupe.persistence;

import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import java.util.List;
import java.util.Optional;

/**
 * Reads streams of the journal without waking an entity: at start-up in bulk, and where the past is asked for. Blocking:
 * call it on the persistence dispatcher.
 */
public interface RecoveryScan {

    /**
     * One object's stream.
     *
     * @param snapshot the latest snapshot's state, if there is one
     * @param snapshotSequenceNr without a snapshot: the number before the first retained event
     * @param events those after the snapshot, in order
     */
    record Stream(
            String persistenceId, Optional<Object> snapshot, long snapshotSequenceNr, List<ResourceEvent> events) {
        public Stream {
            events = List.copyOf(events);
        }

        public long highestSequenceNr() {
            return snapshotSequenceNr + events.size();
        }
    }

    /** Receives one stream at a time. */
    interface Visitor {
        void visit(Stream stream);
    }

    /** Visits every object's stream of a resource in the order of persistence ids. */
    void scan(GroupResource resource, Visitor visitor);

    /** All retained events of one stream, oldest first, with the number of the first. */
    History history(String persistenceId);

    /**
     * The newer end of a sequencer's log.
     *
     * @param most commits; batches that overlap the version are given whole
     * @return oldest first; empty if there are more commits than that after the version
     */
    Optional<List<VersionsCommitted>> versionsAfter(String persistenceId, long resourceVersion, int most);

    /** Retained events; the first has this sequence number. */
    record History(long firstSequenceNr, List<ResourceEvent> events) {
        public History {
            events = List.copyOf(events);
        }
    }
}
