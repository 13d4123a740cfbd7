package dev.troupe.persistence.embedded;

import dev.troupe.persistence.secrets.KeyVault;
import dev.troupe.persistence.secrets.SecretCipher;
import dev.troupe.persistence.serialization.EventCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one database of a data folder, with one thread that writes. Writes that arrive while a sync is under way share the
 * next batch and the next sync: many entities pay for one.
 */
public final class EmbeddedStore implements Extension, KeyVault {
    /** Writes waiting for the writer; beyond it the journal pushes back by failing. */
    private static final int MAX_QUEUED_WRITES = 65_536;

    /** Writes of one batch: keeps a batch of 1 KB events near a megabyte. */
    private static final int MAX_BATCH = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);

    private static final Id ID = new Id();

    private final RocksDB db;
    private final EventCodec codec;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(MAX_QUEUED_WRITES);
    private final Thread writer;
    private final AtomicLong syncs = new AtomicLong();
    private volatile boolean closing;
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

    private record Pending(Operation operation, CompletableFuture<Void> done) {}

    /** Adds its puts and deletes to a batch; runs on the writer's thread. */
    private interface Operation {
        void addTo(WriteBatch batch) throws RocksDBException;
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
        this.writer = Thread.ofPlatform().name("troupe-journal-writer").daemon().start(this::writeUntilClosed);
    }

    public static EmbeddedStore get(ClassicActorSystemProvider system) {
        return ID.get(system);
    }

    public EventCodec codec() {
        return codec;
    }

    /** Syncs done so far: a measure of how writes share them. */
    public long syncs() {
        return syncs.get();
    }

    CompletionStage<Void> append(List<Append> events) {
        return enqueue(batch -> {
            for (Append event : events) {
                position++;
                byte[] key = Keys.event(event.persistenceId(), event.sequenceNr());
                StoredRecord stored = new StoredRecord(
                        position, event.serializerId(), event.manifest(), event.writer(), event.payload());
                batch.put(key, stored.encode());
                batch.put(Keys.global(position), key);
            }
        });
    }

    /** Deletes a stream's events up to a number; the stream's highest number is remembered. */
    CompletionStage<Void> deleteTo(String persistenceId, long sequenceNr) {
        return enqueue(batch -> {
            long highest = highestSequenceNr(persistenceId);
            byte[] from = Keys.event(persistenceId, 0);
            try (RocksIterator iterator = db.newIterator()) {
                for (iterator.seek(from);
                        iterator.isValid()
                                && Keys.sameStream(iterator.key(), from)
                                && Keys.number(iterator.key()) <= sequenceNr;
                        iterator.next()) {
                    batch.delete(iterator.key());
                    batch.delete(
                            Keys.global(StoredRecord.decode(iterator.value()).position()));
                }
                iterator.status();
            }
            batch.put(Keys.highest(persistenceId), Long.toString(highest).getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** Snapshots are a cache: written without waiting for the disk. */
    void putSnapshot(String persistenceId, long sequenceNr, StoredRecord snapshot) {
        put(Keys.snapshotMark(persistenceId), new byte[0]);
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
     * Visits snapshots of a stream, oldest first, until the visitor says false. Most streams have none, which the mark's
     * Bloom filter tells; a scan would read the block of whatever follows, perhaps a sequencer's megabytes.
     */
    void snapshots(String persistenceId, BiPredicate<Long, StoredRecord> visitor) {
        try {
            if (db.get(Keys.snapshotMark(persistenceId)) == null) {
                return;
            }
        } catch (RocksDBException e) {
            throw new JournalUnusable("the snapshots of " + persistenceId + " cannot be read", e);
        }
        scan(Keys.snapshot(persistenceId, 0), Keys.snapshot(persistenceId, Long.MAX_VALUE), visitor);
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

    private CompletionStage<Void> enqueue(Operation operation) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closing || !queue.offer(new Pending(operation, done))) {
            done.completeExceptionally(new JournalUnusable(
                    closing
                            ? "the journal is closing"
                            : "the journal is overloaded: " + MAX_QUEUED_WRITES + " writes are waiting for the disk"));
        }
        return done;
    }

    private void writeUntilClosed() {
        List<Pending> batch = new ArrayList<>(MAX_BATCH);
        try (WriteOptions sync = new WriteOptions().setSync(true)) {
            while (!closing || !queue.isEmpty()) {
                Pending first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MAX_BATCH - 1);
                    write(sync, batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("the journal's writer was interrupted; nothing more is written");
        }
    }

    private void write(WriteOptions sync, List<Pending> pending) {
        try (WriteBatch batch = new WriteBatch()) {
            for (Pending one : pending) {
                one.operation().addTo(batch);
            }
            db.write(sync, batch);
            syncs.incrementAndGet();
            pending.forEach(one -> one.done().complete(null));
        } catch (RocksDBException | RuntimeException e) {
            LOG.error("the journal cannot write; {} writes fail: {}", pending.size(), e.toString());
            pending.forEach(one -> one.done()
                    .completeExceptionally(new JournalUnusable("the journal cannot write: " + e.getMessage(), e)));
        }
    }

    private void close() {
        closing = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        db.close();
    }
}
