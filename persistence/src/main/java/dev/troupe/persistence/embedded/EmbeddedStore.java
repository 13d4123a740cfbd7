package dev.troupe.persistence.embedded;

import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.secrets.KeyVault;
import dev.troupe.persistence.secrets.SecretCipher;
import dev.troupe.persistence.serialization.EventCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** The one database of a data folder. */
public final class EmbeddedStore implements Extension, KeyVault {
    private static final byte[] NOTHING = new byte[0];

    private static final Id ID = new Id();

    private final RocksDB db;
    private final EventCodec codec;
    private final GroupCommit commits;
    private long position;

    /** Pekko's handle on the extension. */
    private static final class Id extends AbstractExtensionId<EmbeddedStore> {
        @Override
        public EmbeddedStore createExtension(ExtendedActorSystem system) {
            Path folder = Path.of(system.settings().config().getString("troupe.persistence.directory"));
            EmbeddedStore store = new EmbeddedStore(folder);
            system.registerOnTermination(store::close);
            return store;
        }
    }

    /** An event to append; its global position is assigned when it is written. */
    record Append(
            String persistenceId, long sequenceNr, int serializerId, String manifest, String writer, byte[] payload) {}

    private EmbeddedStore(Path folder) {
        this.db = JournalFolder.open(folder);
        try {
            this.codec = new EventCodec(new SecretCipher(SecretCipher.masterKey(folder.resolve("master.key")), this));
        } catch (IOException e) {
            db.close();
            throw new JournalUnusable("the master key of " + folder + " cannot be used: " + e.getMessage(), e);
        }
        this.position = lastPosition();
        this.commits = new GroupCommit(db);
    }

    public static EmbeddedStore get(ClassicActorSystemProvider system) {
        return ID.get(system);
    }

    /** Whether there is an embedded journal in a folder. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(JournalFolder.DATABASE));
    }

    public EventCodec codec() {
        return codec;
    }

    /** Syncs done so far: a measure of how writes share them. */
    public long syncs() {
        return commits.syncs();
    }

    CompletionStage<Void> append(List<Append> events) {
        return append(events, true);
    }

    /**
     * Appends events.
     *
     * @param durable whether it is done only when they are durable. Otherwise they become so with the next append that
     *     asks, or are lost with all that came after them
     */
    CompletionStage<Void> append(List<Append> events, boolean durable) {
        return commits.write(batch -> addTo(batch, events), durable);
    }

    /** On the writer's thread, which alone gives positions. */
    private void addTo(WriteBatch batch, List<Append> events) throws RocksDBException {
        for (Append event : events) {
            position++;
            byte[] key = Keys.event(event.persistenceId(), event.sequenceNr());
            StoredRecord stored =
                    new StoredRecord(position, event.serializerId(), event.manifest(), event.writer(), event.payload());
            if (event.sequenceNr() == 1) {
                batch.put(Keys.streamMark(event.persistenceId()), NOTHING);
            }
            batch.put(key, stored.encode());
            batch.put(Keys.global(position), key);
        }
    }

    /** Deletes a stream's events up to a number; the stream's highest number is remembered. */
    CompletionStage<Void> deleteTo(String persistenceId, long sequenceNr) {
        return commits.write(
                batch -> {
                    long highest = highestSequenceNr(persistenceId);
                    byte[] from = Keys.event(persistenceId, 0);
                    try (RocksIterator iterator = db.newIterator()) {
                        for (iterator.seek(from);
                                iterator.isValid()
                                        && Keys.sameStream(iterator.key(), from)
                                        && Keys.number(iterator.key()) <= sequenceNr;
                                iterator.next()) {
                            batch.delete(iterator.key());
                            batch.delete(Keys.global(
                                    StoredRecord.decode(iterator.value()).position()));
                        }
                        iterator.status();
                    }
                    batch.put(
                            Keys.highest(persistenceId), Long.toString(highest).getBytes(StandardCharsets.US_ASCII));
                },
                true);
    }

    /** Snapshots are a cache: written without waiting for the disk. */
    void putSnapshot(String persistenceId, long sequenceNr, StoredRecord snapshot) {
        put(Keys.snapshotMark(persistenceId), NOTHING);
        put(Keys.snapshot(persistenceId, sequenceNr), snapshot.encode());
    }

    void deleteSnapshot(String persistenceId, long sequenceNr) {
        try {
            db.delete(Keys.snapshot(persistenceId, sequenceNr));
        } catch (RocksDBException e) {
            throw new JournalUnusable("cannot delete a snapshot of " + persistenceId, e);
        }
    }

    /** Visits events of a stream in order until the visitor says false. */
    void events(String persistenceId, long from, long to, BiPredicate<Long, StoredRecord> visitor) {
        scan(Keys.event(persistenceId, from), Keys.event(persistenceId, to), visitor);
    }

    /**
     * Whether a stream has or had events. Reads memory only, but for a rare error of the Bloom filter: most streams that
     * are asked for are new, and a scan would unpack the block of whatever key follows.
     */
    boolean hasEvents(String persistenceId) {
        return isMarked(Keys.streamMark(persistenceId));
    }

    /** Whether a stream has or had snapshots. As cheap as {@link #hasEvents}. */
    boolean hasSnapshots(String persistenceId) {
        return isMarked(Keys.snapshotMark(persistenceId));
    }

    private boolean isMarked(byte[] mark) {
        try {
            return db.get(mark) != null;
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal cannot be read", e);
        }
    }

    /** Visits snapshots of a stream, oldest first, until the visitor says false. */
    void snapshots(String persistenceId, BiPredicate<Long, StoredRecord> visitor) {
        if (!hasSnapshots(persistenceId)) {
            return;
        }
        scan(Keys.snapshot(persistenceId, 0), Keys.snapshot(persistenceId, Long.MAX_VALUE), visitor);
    }

    /** Visits events of a stream, newest first, until the visitor says false. */
    void eventsBackwards(String persistenceId, BiPredicate<Long, StoredRecord> visitor) {
        byte[] last = Keys.event(persistenceId, Long.MAX_VALUE);
        try (RocksIterator iterator = db.newIterator()) {
            iterator.seekForPrev(last);
            while (iterator.isValid()
                    && Keys.sameStream(iterator.key(), last)
                    && visitor.test(Keys.number(iterator.key()), StoredRecord.decode(iterator.value()))) {
                iterator.prev();
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal's records of " + persistenceId + " cannot be read", e);
        }
    }

    private void scan(byte[] from, byte[] to, BiPredicate<Long, StoredRecord> visitor) {
        try (RocksIterator iterator = db.newIterator()) {
            iterator.seek(from);
            while (iterator.isValid()
                    && Keys.sameStream(iterator.key(), from)
                    && Keys.number(iterator.key()) <= Keys.number(to)
                    && visitor.test(Keys.number(iterator.key()), StoredRecord.decode(iterator.value()))) {
                iterator.next();
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal's records of " + Keys.persistenceId(from) + " cannot be read", e);
        }
    }

    long highestSequenceNr(String persistenceId) {
        if (!hasEvents(persistenceId)) {
            return 0;
        }
        byte[] last = Keys.event(persistenceId, Long.MAX_VALUE);
        try (RocksIterator iterator = db.newIterator()) {
            iterator.seekForPrev(last);
            if (iterator.isValid() && Keys.sameStream(iterator.key(), last)) {
                return Keys.number(iterator.key());
            }
            iterator.status();
            byte[] remembered = db.get(Keys.highest(persistenceId));
            return remembered == null ? 0 : Long.parseLong(new String(remembered, StandardCharsets.US_ASCII));
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal's records of " + persistenceId + " cannot be read", e);
        }
    }

    @Override
    public Optional<byte[]> find(String persistenceId) {
        try {
            return Optional.ofNullable(db.get(Keys.dataKey(persistenceId)));
        } catch (RocksDBException e) {
            throw new JournalUnusable("the key of " + persistenceId + " cannot be read", e);
        }
    }

    @Override
    public void store(String persistenceId, byte[] wrappedKey) {
        put(Keys.dataKey(persistenceId), wrappedKey);
    }

    RocksDB db() {
        return db;
    }

    private void put(byte[] key, byte[] value) {
        try {
            db.put(key, value);
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal cannot be written", e);
        }
    }

    private long lastPosition() {
        try (RocksIterator iterator = db.newIterator()) {
            iterator.seekForPrev(Keys.global(Long.MAX_VALUE));
            return iterator.isValid() && iterator.key()[0] == 'g' ? Keys.number(iterator.key()) : 0;
        }
    }

    private void close() {
        commits.close();
        db.close();
    }
}
