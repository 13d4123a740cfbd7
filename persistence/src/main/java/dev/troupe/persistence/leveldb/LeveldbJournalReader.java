package dev.troupe.persistence.leveldb;

import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.serialization.JournalEventSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.pekko.persistence.serialization.MessageFormats.PersistentMessage;
import org.apache.pekko.persistence.serialization.MessageFormats.PersistentPayload;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.impl.Iq80DBFactory;

/**
 * Reads what Pekko's plugin wrote, without an actor system. LevelDB has no readers beside its writer, so this works on a
 * stopped server's journal only. The plugin keeps no order between streams: objects' events come first, then versions.
 */
public final class LeveldbJournalReader implements JournalReader {
    private static final int KEY_BYTES = 20;

    /** The plugin's number for its table of persistence ids. */
    private static final int MAPPING = 1;

    private final LeveldbFolder folder;
    private final DB db;

    /** The plugin's key: a stream's number, a sequence number, and 0 for an event. */
    private record Key(int stream, long sequenceNr, int kind) {
        static Key decode(byte[] bytes) {
            if (bytes.length != KEY_BYTES) {
                throw new JournalUnusable("the journal has a key of " + bytes.length + " bytes, not of " + KEY_BYTES);
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Key(buffer.getInt(), buffer.getLong(), buffer.getInt());
        }

        boolean isEvent() {
            return stream != MAPPING && sequenceNr > 0 && kind == 0;
        }
    }

    private LeveldbJournalReader(LeveldbFolder folder, DB db) {
        this.folder = folder;
        this.db = db;
    }

    /** @throws JournalUnusable if a server runs on it, or it cannot be read */
    public static LeveldbJournalReader open(Path path) {
        LeveldbFolder folder = LeveldbFolder.open(path);
        try {
            Options options = new Options().createIfMissing(false).verifyChecksums(true);
            return new LeveldbJournalReader(
                    folder,
                    Iq80DBFactory.factory.open(
                            path.resolve(LeveldbFolder.DATABASE).toFile(), options));
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw new JournalUnusable("the journal in " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void replay(Visitor visitor) {
        read(visitor, manifest -> !manifest.equals(JournalEventSerializer.VERSIONS_COMMITTED));
        read(visitor, manifest -> manifest.equals(JournalEventSerializer.VERSIONS_COMMITTED));
    }

    private void read(Visitor visitor, Predicate<String> wanted) {
        try (DBIterator iterator = db.iterator()) {
            for (iterator.seekToFirst(); iterator.hasNext(); ) {
                Map.Entry<byte[], byte[]> entry = iterator.next();
                if (Key.decode(entry.getKey()).isEvent()) {
                    visit(entry.getValue(), visitor, wanted);
                }
            }
        } catch (IOException e) {
            throw new JournalUnusable("the journal cannot be read: " + e.getMessage(), e);
        }
    }

    private void visit(byte[] value, Visitor visitor, Predicate<String> wanted) throws IOException {
        PersistentMessage message = PersistentMessage.parseFrom(value);
        PersistentPayload payload = message.getPayload();
        String manifest = payload.getPayloadManifest().toStringUtf8();
        if (payload.getSerializerId() == JournalEventSerializer.IDENTIFIER && wanted.test(manifest)) {
            JournalReader.tell(
                    visitor,
                    message.getPersistenceId(),
                    message.getSequenceNr(),
                    folder.codec().decode(manifest, payload.getPayload().toByteArray()));
        }
    }

    @Override
    public void stream(String persistenceId, Visitor visitor) {
        try (DBIterator iterator = db.iterator()) {
            int stream = number(iterator, persistenceId);
            if (stream == 0) {
                return;
            }
            for (iterator.seek(key(stream, 1)); iterator.hasNext(); ) {
                Map.Entry<byte[], byte[]> entry = iterator.next();
                Key key = Key.decode(entry.getKey());
                if (key.stream() != stream) {
                    return;
                }
                if (key.isEvent()) {
                    visit(entry.getValue(), visitor, manifest -> true);
                }
            }
        } catch (IOException e) {
            throw new JournalUnusable("the journal's records of " + persistenceId + " cannot be read", e);
        }
    }

    /** The plugin's number of a stream; 0 if it has none. */
    private static int number(DBIterator iterator, String persistenceId) {
        for (iterator.seek(key(MAPPING, 0)); iterator.hasNext(); ) {
            Map.Entry<byte[], byte[]> entry = iterator.next();
            Key key = Key.decode(entry.getKey());
            if (key.stream() != MAPPING) {
                return 0;
            }
            if (persistenceId.equals(new String(entry.getValue(), StandardCharsets.UTF_8))) {
                return key.kind();
            }
        }
        return 0;
    }

    private static byte[] key(int stream, long sequenceNr) {
        return ByteBuffer.allocate(KEY_BYTES)
                .putInt(stream)
                .putLong(sequenceNr)
                .putInt(0)
                .array();
    }

    @Override
    public void close() {
        try {
            db.close();
        } catch (IOException e) {
            throw new JournalUnusable("the journal cannot be closed: " + e.getMessage(), e);
        } finally {
            folder.close();
        }
    }
}
