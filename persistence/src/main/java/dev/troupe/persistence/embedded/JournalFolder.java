package dev.troupe.persistence.embedded;

import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Opens the database in a folder, with one clear message for each thing that can stand in the way. */
final class JournalFolder {
    /** Raised when the layout of keys or records changes so that an older Troupe could not read it. */
    static final int FORMAT = 2;

    /** The database's own folder in the journal's. */
    static final String DATABASE = "db";

    /** Of the write buffer: keeps a look-up of an absent key out of its sorted list. */
    private static final double MEMTABLE_BLOOM = 0.02;

    /** Enough for the blocks of a busy cluster; pods of 7.5 KB compress to a quarter. */
    private static final long BLOCK_CACHE_BYTES = 32L << 20;

    private static final long WRITE_BUFFER_BYTES = 16L << 20;

    private JournalFolder() {}

    /** Opens for writing; one process at a time. */
    static RocksDB open(Path folder) {
        int format = checkFormat(folder, true);
        try {
            RocksDB db = RocksDB.open(options(true), folder.resolve(DATABASE).toString());
            if (format < FORMAT) {
                upgrade(db, folder);
            }
            return db;
        } catch (RocksDBException e) {
            throw unusable(folder, e);
        }
    }

    /** Opens the state of this moment for reading, beside a running server or without one. */
    static RocksDB openReadOnly(Path folder) {
        checkFormat(folder, false);
        try {
            return RocksDB.openReadOnly(options(false), folder.resolve(DATABASE).toString());
        } catch (RocksDBException e) {
            throw unusable(folder, e);
        }
    }

    /** Format 2 marks streams that have events or snapshots. Adds the marks; safe to be interrupted and repeated. */
    private static void upgrade(RocksDB db, Path folder) throws RocksDBException {
        try (RocksIterator iterator = db.newIterator();
                WriteOptions sync = new WriteOptions().setSync(true);
                WriteBatch batch = new WriteBatch()) {
            iterator.seekToFirst();
            while (iterator.isValid()) {
                byte[] key = iterator.key();
                if (key[0] == 'e') {
                    batch.put(Keys.streamMark(Keys.persistenceId(key)), new byte[0]);
                    iterator.seek(Keys.event(Keys.persistenceId(key), Long.MAX_VALUE));
                    continue;
                }
                if (key[0] == 's') {
                    batch.put(Keys.snapshotMark(Keys.persistenceId(key)), new byte[0]);
                }
                iterator.next();
            }
            iterator.status();
            db.write(sync, batch);
            WholeFile.write(folder.resolve("format"), (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new JournalUnusable("the format of the journal in " + folder + " cannot be noted: " + e, e);
        }
    }

    private static Options options(boolean create) {
        RocksDB.loadLibrary();
        return new Options()
                .setCreateIfMissing(create)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMemtableWholeKeyFiltering(true)
                .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM)
                .setMaxOpenFiles(512)
                .setParanoidChecks(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setKeepLogFileNum(2)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(new LRUCache(BLOCK_CACHE_BYTES))
                        .setFilterPolicy(new BloomFilter(10)));
    }

    private static int checkFormat(Path folder, boolean create) {
        Path file = folder.resolve("format");
        try {
            if (!Files.exists(file)) {
                if (!create) {
                    throw new JournalUnusable("there is no journal in " + folder + "; name its folder with --data");
                }
                Files.createDirectories(folder);
                WholeFile.write(file, (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            int found = Integer.parseInt(Files.readString(file).strip());
            if (found > FORMAT) {
                throw new JournalUnusable("the journal in " + folder + " has data format " + found
                        + ", newer than this Troupe's " + FORMAT + "; start the newer Troupe. Nothing was changed");
            }
            return found;
        } catch (IOException e) {
            throw new JournalUnusable(
                    "the journal's folder " + folder + " cannot be used (" + e
                            + "); mend its permissions or choose another with --data",
                    e);
        } catch (NumberFormatException e) {
            throw new JournalUnusable(file + " does not hold a format number; restore it from a backup", e);
        }
    }

    private static JournalUnusable unusable(Path folder, RocksDBException e) {
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        if (why.contains("lock")) {
            return new JournalUnusable(
                    "the journal in " + folder + " is in use by another process; stop it with ./troupe down, or choose"
                            + " another folder with --data",
                    e);
        }
        if (why.contains("No space left")) {
            return new JournalUnusable("the disk of " + folder + " is full; free some space and start again", e);
        }
        return new JournalUnusable("the journal in " + folder + " cannot be opened: " + why, e);
    }
}
