package dev.troupe.persistence.leveldb;

import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.secrets.KeyVault;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wrapped data keys in one file, appended to and synced at each: an id and a key, each after its length. A record that a
 * crash cut off at the end has nothing in the journal that needs it; the next one overwrites it.
 */
final class FileKeyVault implements KeyVault, AutoCloseable {
    /** Beyond any persistence id and any wrapped key: a length above it is damage. */
    private static final int MAX_LENGTH = 4_096;

    private final Path path;
    private final FileChannel file;
    private final Map<String, byte[]> keys = new ConcurrentHashMap<>();

    private FileKeyVault(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    static FileKeyVault open(Path path) throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileKeyVault vault = new FileKeyVault(path, file);
        try {
            file.position(vault.read());
            return vault;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Reads all records and gives the end of the last whole one. */
    private long read() throws IOException {
        long end = 0;
        try (DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(Files.newInputStream(path)))) {
            while (true) {
                byte[] id = text(in);
                byte[] key = text(in);
                keys.put(new String(id, StandardCharsets.UTF_8), key);
                end += 2L * Integer.BYTES + id.length + key.length;
            }
        } catch (EOFException e) {
            return end;
        }
    }

    private byte[] text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_LENGTH) {
            throw new IOException(path + " is damaged; restore it from a backup: without it the Secrets in the journal"
                    + " cannot be read");
        }
        byte[] text = new byte[length];
        in.readFully(text);
        return text;
    }

    @Override
    public Optional<byte[]> find(String persistenceId) {
        return Optional.ofNullable(keys.get(persistenceId));
    }

    @Override
    public synchronized void store(String persistenceId, byte[] wrappedKey) {
        byte[] id = persistenceId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = ByteBuffer.allocate(2 * Integer.BYTES + id.length + wrappedKey.length)
                .putInt(id.length)
                .put(id)
                .putInt(wrappedKey.length)
                .put(wrappedKey)
                .flip();
        try {
            long from = file.position();
            try {
                while (record.hasRemaining()) {
                    file.write(record);
                }
                file.force(true);
            } catch (IOException e) {
                file.position(from);
                throw e;
            }
        } catch (IOException e) {
            throw new JournalUnusable("the key of " + persistenceId + " cannot be kept in " + path + ": " + e, e);
        }
        keys.put(persistenceId, wrappedKey);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
