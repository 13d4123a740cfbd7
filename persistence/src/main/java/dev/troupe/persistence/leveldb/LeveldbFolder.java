package dev.troupe.persistence.leveldb;

import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.WholeFile;
import dev.troupe.persistence.secrets.SecretCipher;
import dev.troupe.persistence.serialization.EventCodec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A journal's folder of this profile: the lock that keeps a second process out, the format, the keys. The database in it
 * is the plugin's own, which reports nothing that a user could act on; so what can be in the way is found out here first.
 */
public final class LeveldbFolder implements AutoCloseable {
    /** The database's own folder in the journal's. */
    public static final String DATABASE = "leveldb";

    /** Raised when what is kept in the folder changes so that an older Troupe could not read it. */
    private static final int FORMAT = 1;

    private static final String FORMAT_FILE = "leveldb-format";

    private final FileChannel lock;
    private final FileKeyVault vault;
    private final EventCodec codec;

    private LeveldbFolder(FileChannel lock, FileKeyVault vault, EventCodec codec) {
        this.lock = lock;
        this.vault = vault;
        this.codec = codec;
    }

    /**
     * Opens a folder for the one process that may use it; makes it if it is not there.
     *
     * @throws JournalUnusable if another process uses it, or it cannot be used
     */
    public static LeveldbFolder open(Path folder) {
        try {
            Files.createDirectories(folder.resolve(DATABASE));
            FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (!tryLock(lock)) {
                    throw new JournalUnusable("the journal in " + folder + " is in use by another process; stop it with"
                            + " ./troupe down, or choose another folder with --data");
                }
                checkFormat(folder);
                FileKeyVault vault = FileKeyVault.open(folder.resolve("keys"));
                byte[] masterKey = SecretCipher.masterKey(folder.resolve("master.key"));
                return new LeveldbFolder(lock, vault, new EventCodec(new SecretCipher(masterKey, vault)));
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new JournalUnusable(
                    "the journal's folder " + folder + " cannot be used (" + e
                            + "); mend its permissions or choose another with --data",
                    e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another actor system of this process.
            return false;
        }
    }

    private static void checkFormat(Path folder) throws IOException {
        Path file = folder.resolve(FORMAT_FILE);
        if (!Files.exists(file)) {
            WholeFile.write(file, (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        String found = Files.readString(file).strip();
        if (!found.equals(Integer.toString(FORMAT))) {
            throw new JournalUnusable("the journal in " + folder + " has data format " + found
                    + ", which is not this Troupe's " + FORMAT + "; start the newer Troupe. Nothing was changed");
        }
    }

    public EventCodec codec() {
        return codec;
    }

    @Override
    public void close() {
        try {
            vault.close();
            lock.close();
        } catch (IOException e) {
            throw new JournalUnusable("the journal's folder cannot be closed: " + e, e);
        }
    }
}
