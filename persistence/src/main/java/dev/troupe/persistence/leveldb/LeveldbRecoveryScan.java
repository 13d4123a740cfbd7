package dev.troupe.persistence.leveldb;

import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.persistence.RecoveryScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.journal.leveldb.javadsl.LeveldbReadJournal;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Reads through Pekko's query side, as the database is the plugin's alone. Snapshots are not looked at: of kinds that are
 * kept for ever all events are there, of the others each event is a whole object.
 */
public final class LeveldbRecoveryScan implements RecoveryScan {
    /** One query; the journal answers between the writes that wait for it. */
    private static final long QUERY_SECONDS = 120;

    private final ClassicActorSystemProvider system;

    public LeveldbRecoveryScan(ClassicActorSystemProvider system) {
        this.system = system;
    }

    /** Found when it is needed: the query side starts the journal. */
    private LeveldbReadJournal journal() {
        return PersistenceQuery.get(system)
                .getReadJournalFor(LeveldbReadJournal.class, LeveldbReadJournal.Identifier());
    }

    @Override
    public void scan(GroupResource resource, Visitor visitor) {
        String prefix = resource + "|";
        run(journal().currentPersistenceIds().filter(id -> id.startsWith(prefix))).stream()
                .sorted()
                .forEach(persistenceId -> {
                    History history = history(persistenceId);
                    if (!history.events().isEmpty()) {
                        visitor.visit(new Stream(
                                persistenceId, Optional.empty(), history.firstSequenceNr() - 1, history.events()));
                    }
                });
    }

    @Override
    public History history(String persistenceId) {
        List<ResourceEvent> events = new ArrayList<>();
        long first = 0;
        for (EventEnvelope envelope : envelopes(persistenceId)) {
            if (events.isEmpty()) {
                first = envelope.sequenceNr();
            }
            events.add((ResourceEvent) envelope.event());
        }
        return new History(first, events);
    }

    @Override
    public Optional<List<VersionsCommitted>> versionsAfter(String persistenceId, long resourceVersion, int most) {
        List<VersionsCommitted> batches = envelopes(persistenceId).stream()
                .map(envelope -> (VersionsCommitted) envelope.event())
                .filter(batch -> batch.commits().getLast().resourceVersion() > resourceVersion)
                .toList();
        long commits = batches.stream()
                .flatMap(batch -> batch.commits().stream())
                .filter(commit -> commit.resourceVersion() > resourceVersion)
                .count();
        return commits > most ? Optional.empty() : Optional.of(batches);
    }

    private List<EventEnvelope> envelopes(String persistenceId) {
        return run(journal().currentEventsByPersistenceId(persistenceId, 0, Long.MAX_VALUE));
    }

    private <T> List<T> run(Source<T, ?> source) {
        try {
            return source.runWith(Sink.<T>seq(), system)
                    .toCompletableFuture()
                    .orTimeout(QUERY_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new dev.troupe.persistence.JournalUnusable("the journal cannot be read: " + e.getCause(), e);
        }
    }
}
