package dev.troupe.persistence.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;

/** Pekko's snapshot plugin on the embedded store. Snapshots are a cache and never synced. */
public final class EmbeddedSnapshotStore extends SnapshotStore {
    private final EmbeddedStore store = EmbeddedStore.get(context().system());
    private final Serialization serialization =
            SerializationExtension.get(context().system());
    private final ExecutionContext io = context().system().dispatchers().lookup("troupe.persistence.io-dispatcher");

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        if (!store.hasSnapshots(persistenceId)) {
            return Futures.successful(Optional.empty());
        }
        return onIo(() -> {
            List<SelectedSnapshot> latest = new ArrayList<>(1);
            store.snapshots(persistenceId, (sequenceNr, stored) -> {
                SnapshotMetadata metadata = new SnapshotMetadata(persistenceId, sequenceNr, stored.position());
                if (matches(criteria, metadata)) {
                    latest.clear();
                    latest.add(new SelectedSnapshot(
                            metadata,
                            serialization
                                    .deserialize(stored.payload(), stored.serializerId(), stored.manifest())
                                    .get()));
                }
                return true;
            });
            return latest.stream().findFirst();
        });
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        return onIo(() -> {
            byte[] payload = serialization.serialize(snapshot).get();
            Serializer serializer = serialization.findSerializerFor(snapshot);
            store.putSnapshot(
                    metadata.persistenceId(),
                    metadata.sequenceNr(),
                    new StoredRecord(
                            metadata.timestamp(),
                            serializer.identifier(),
                            Serializers.manifestFor(serializer, snapshot),
                            "",
                            payload));
            return null;
        });
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        return onIo(() -> {
            store.deleteSnapshot(metadata.persistenceId(), metadata.sequenceNr());
            return null;
        });
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return onIo(() -> {
            List<Long> chosen = new ArrayList<>();
            store.snapshots(persistenceId, (sequenceNr, stored) -> {
                if (matches(criteria, new SnapshotMetadata(persistenceId, sequenceNr, stored.position()))) {
                    chosen.add(sequenceNr);
                }
                return true;
            });
            chosen.forEach(sequenceNr -> store.deleteSnapshot(persistenceId, sequenceNr));
            return null;
        });
    }

    private static boolean matches(SnapshotSelectionCriteria criteria, SnapshotMetadata metadata) {
        return metadata.sequenceNr() <= criteria.maxSequenceNr()
                && metadata.timestamp() <= criteria.maxTimestamp()
                && metadata.sequenceNr() >= criteria.minSequenceNr()
                && metadata.timestamp() >= criteria.minTimestamp();
    }

    private <T> Future<T> onIo(Callable<T> task) {
        return Futures.future(task, io);
    }
}
