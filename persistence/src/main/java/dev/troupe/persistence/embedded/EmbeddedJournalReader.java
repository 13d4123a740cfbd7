package dev.troupe.persistence.embedded;

import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.secrets.KeyVault;
import dev.troupe.persistence.secrets.SecretCipher;
import dev.troupe.persistence.serialization.EventCodec;
import dev.troupe.persistence.serialization.JournalEventSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The journal in a folder as it stands at this moment, for reading only: the process that writes it may go on. Reads
 * stream; nothing is kept in memory.
 */
public final class EmbeddedJournalReader implements JournalReader {
    private final RocksDB db;
    private final EventCodec codec;

    private EmbeddedJournalReader(RocksDB db, EventCodec codec) {
        this.db = db;
        this.codec = codec;
    }

    /** @throws JournalUnusable if there is no journal in the folder, or none that this Troupe can read */
    public static EmbeddedJournalReader open(Path folder) {
        RocksDB db = JournalFolder.openReadOnly(folder);
        try {
            SecretCipher cipher =
                    new SecretCipher(SecretCipher.masterKey(folder.resolve("master.key")), new ReadOnlyVault(db));
            return new EmbeddedJournalReader(db, new EventCodec(cipher));
        } catch (IOException e) {
            db.close();
            throw new JournalUnusable("the master key of " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** In the order in which it was written. */
    @Override
    public void replay(Visitor visitor) {
        try (RocksIterator iterator = db.newIterator()) {
            for (iterator.seek(Keys.global(0)); isGlobal(iterator); iterator.next()) {
                byte[] key = iterator.value();
                byte[] value = db.get(key);
                if (value == null) {
                    throw new JournalUnusable("the journal lost record " + Keys.number(key) + " of "
                            + Keys.persistenceId(key) + ", which its index still names; restore it from a backup");
                }
                visit(Keys.persistenceId(key), Keys.number(key), StoredRecord.decode(value), visitor);
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal cannot be read", e);
        }
    }

    @Override
    public void stream(String persistenceId, Visitor visitor) {
        byte[] from = Keys.event(persistenceId, 0);
        try (RocksIterator iterator = db.newIterator()) {
            for (iterator.seek(from); iterator.isValid() && Keys.sameStream(iterator.key(), from); iterator.next()) {
                visit(persistenceId, Keys.number(iterator.key()), StoredRecord.decode(iterator.value()), visitor);
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw new JournalUnusable("the journal's records of " + persistenceId + " cannot be read", e);
        }
    }

    private void visit(String persistenceId, long sequenceNr, StoredRecord stored, Visitor visitor) {
        if (stored.serializerId() != JournalEventSerializer.IDENTIFIER) {
            return;
        }
        JournalReader.tell(visitor, persistenceId, sequenceNr, codec.decode(stored.manifest(), stored.payload()));
    }

    private static boolean isGlobal(RocksIterator iterator) {
        return iterator.isValid() && iterator.key()[0] == 'g';
    }

    @Override
    public void close() {
        db.close();
    }

    private record ReadOnlyVault(RocksDB db) implements KeyVault {
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
            throw new UnsupportedOperationException("a reader makes no keys");
        }
    }
}
