package dev.troupe.persistence.embedded;

import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.RecoveryScan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads the embedded store: all objects of a resource in one sequential pass, single streams by their keys. */
public final class EmbeddedRecoveryScan implements RecoveryScan {
    private final EmbeddedStore store;
    private final Serialization serialization;

    public EmbeddedRecoveryScan(ClassicActorSystemProvider system) {
        this.store = EmbeddedStore.get(system);
        this.serialization = SerializationExtension.get(system.classicSystem());
    }

    @Override
    public void scan(GroupResource resource, Visitor visitor) {
        byte[] prefix = ("e" + resource + "|").getBytes(StandardCharsets.UTF_8);
        try (RocksIterator iterator = store.db().newIterator()) {
            iterator.seek(prefix);
            while (iterator.isValid() && startsWith(iterator.key(), prefix)) {
                String persistenceId = Keys.persistenceId(iterator.key());
                visitor.visit(read(persistenceId));
                iterator.seek(Keys.event(persistenceId, Long.MAX_VALUE));
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal's records of " + resource + " cannot be read", e);
        }
    }

    private Stream read(String persistenceId) {
        List<Object> snapshot = new ArrayList<>(1);
        long[] snapshotNr = {0};
        store.snapshots(persistenceId, (sequenceNr, stored) -> {
            snapshot.clear();
            snapshot.add(deserialize(stored));
            snapshotNr[0] = sequenceNr;
            return true;
        });
        List<ResourceEvent> events = new ArrayList<>();
        store.events(persistenceId, snapshotNr[0] + 1, Long.MAX_VALUE, (sequenceNr, stored) -> {
            if (events.isEmpty() && snapshot.isEmpty()) {
                snapshotNr[0] = sequenceNr - 1;
            }
            events.add((ResourceEvent) deserialize(stored));
            return true;
        });
        return new Stream(persistenceId, snapshot.stream().findFirst().map(Object.class::cast), snapshotNr[0], events);
    }

    @Override
    public History history(String persistenceId) {
        List<ResourceEvent> events = new ArrayList<>();
        long[] first = {0};
        store.events(persistenceId, 1, Long.MAX_VALUE, (sequenceNr, stored) -> {
            if (events.isEmpty()) {
                first[0] = sequenceNr;
            }
            events.add((ResourceEvent) deserialize(stored));
            return true;
        });
        return new History(first[0], events);
    }

    @Override
    public Optional<List<VersionsCommitted>> versionsAfter(String persistenceId, long resourceVersion, int most) {
        List<VersionsCommitted> newestFirst = new ArrayList<>();
        long[] commits = {0};
        store.eventsBackwards(persistenceId, (sequenceNr, stored) -> {
            VersionsCommitted batch = (VersionsCommitted) deserialize(stored);
            if (batch.commits().getLast().resourceVersion() <= resourceVersion) {
                return false;
            }
            newestFirst.add(batch);
            commits[0] += batch.commits().stream()
                    .filter(commit -> commit.resourceVersion() > resourceVersion)
                    .count();
            return commits[0] <= most;
        });
        return commits[0] > most ? Optional.empty() : Optional.of(newestFirst.reversed());
    }

    private Object deserialize(StoredRecord stored) {
        return serialization
                .deserialize(stored.payload(), stored.serializerId(), stored.manifest())
                .get();
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
