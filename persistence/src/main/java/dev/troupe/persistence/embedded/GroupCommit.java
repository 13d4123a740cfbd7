package dev.troupe.persistence.embedded;

import dev.troupe.persistence.JournalUnusable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the database. One thread writes what has arrived in one batch; another makes what is written
 * durable, one sync for all that was written meanwhile. So writing goes on while a sync is under way.
 *
 * <p>The write-ahead log is one: whatever is durable makes everything written before it durable. A write that does not
 * ask to be durable is done when it is in the log, and becomes durable with the next one that asks.
 */
final class GroupCommit implements AutoCloseable {
    /** Writes waiting for the writer; beyond it the journal pushes back by failing. */
    private static final int MAX_QUEUED_WRITES = 65_536;

    /** Writes of one batch: keeps a batch of 1 KB events near a megabyte. */
    private static final int MAX_BATCH = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final RocksDB db;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(MAX_QUEUED_WRITES);
    private final BlockingQueue<CompletableFuture<Void>> written = new ArrayBlockingQueue<>(MAX_QUEUED_WRITES);
    private final AtomicLong syncs = new AtomicLong();
    private final Thread writer;
    private final Thread syncer;
    private volatile boolean closing;
    private volatile boolean writerDone;

    /** Adds its puts and deletes to a batch; runs on the writer's thread. */
    interface Operation {
        void addTo(WriteBatch batch) throws RocksDBException;
    }

    private record Pending(Operation operation, boolean durable, CompletableFuture<Void> done) {}

    GroupCommit(RocksDB db) {
        this.db = db;
        this.writer = Thread.ofPlatform().name("troupe-journal-writer").daemon().start(this::writeUntilClosed);
        this.syncer = Thread.ofPlatform().name("troupe-journal-syncer").daemon().start(this::syncUntilClosed);
    }

    /** Syncs done so far. */
    long syncs() {
        return syncs.get();
    }

    /**
     * Writes.
     *
     * @param durable whether it is done only when it is durable, and everything written before it too
     */
    CompletionStage<Void> write(Operation operation, boolean durable) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closing || !queue.offer(new Pending(operation, durable, done))) {
            done.completeExceptionally(new JournalUnusable(
                    closing
                            ? "the journal is closing"
                            : "the journal is overloaded: " + MAX_QUEUED_WRITES + " writes are waiting for the disk"));
        }
        return done;
    }

    private void writeUntilClosed() {
        List<Pending> batch = new ArrayList<>(MAX_BATCH);
        try (WriteOptions options = new WriteOptions()) {
            while (!closing || !queue.isEmpty()) {
                Pending first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MAX_BATCH - 1);
                    write(options, batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("the journal's writer was interrupted; nothing more is written");
        } finally {
            writerDone = true;
        }
    }

    private void write(WriteOptions options, List<Pending> pending) throws InterruptedException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Pending one : pending) {
                one.operation().addTo(batch);
            }
            db.write(options, batch);
        } catch (RocksDBException | RuntimeException e) {
            LOG.error("the journal cannot write; {} writes fail: {}", pending.size(), e.toString());
            pending.forEach(one -> one.done().completeExceptionally(unusable(e)));
            return;
        }
        for (Pending one : pending) {
            if (one.durable()) {
                written.put(one.done());
            } else {
                one.done().complete(null);
            }
        }
    }

    private void syncUntilClosed() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>(MAX_BATCH);
        try {
            while (!writerDone || !written.isEmpty()) {
                CompletableFuture<Void> first = written.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    waiting.add(first);
                    written.drainTo(waiting);
                    sync(waiting);
                    waiting.clear();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("the journal's syncer was interrupted; nothing more becomes durable");
        }
    }

    private void sync(List<CompletableFuture<Void>> waiting) {
        try {
            db.syncWal();
        } catch (RocksDBException e) {
            LOG.error("the journal cannot sync; {} writes fail: {}", waiting.size(), e.toString());
            waiting.forEach(done -> done.completeExceptionally(unusable(e)));
            return;
        }
        syncs.incrementAndGet();
        waiting.forEach(done -> done.complete(null));
    }

    private static JournalUnusable unusable(Exception cause) {
        return new JournalUnusable("the journal cannot write: " + cause.getMessage(), cause);
    }

    /** Writes and syncs what has been accepted, then ends. The database is not closed. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(10));
            syncer.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
