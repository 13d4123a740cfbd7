package dev.troupe.node.network;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The addresses in use, one file each: named by the address, holding the key of who has it. A file appears whole or not
 * at all, so a killed agent leaves nothing half done, and two agents on one folder cannot give an address twice. Not
 * synced to disk: after a power cut there are no pods either.
 */
final class AddressFiles {
    private final Path folder;
    private final Ipv4Range range;
    private final Map<String, Integer> byKey = new HashMap<>();
    private final Map<Integer, String> byOffset = new HashMap<>();
    private int lastGiven = 1;

    /** @throws IOException if the folder cannot be made or read */
    AddressFiles(Path folder, Ipv4Range range) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.range = range;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                load(file);
            }
        }
    }

    private void load(Path file) throws IOException {
        OptionalInt offset = range.offset(file.getFileName().toString());
        if (offset.isEmpty()) {
            // Of another range, which this node had before, or a name that was being written.
            Files.deleteIfExists(file);
            return;
        }
        byKey.put(Files.readString(file), offset.getAsInt());
        byOffset.put(offset.getAsInt(), Files.readString(file));
        lastGiven = Math.max(lastGiven, offset.getAsInt());
    }

    synchronized Optional<String> find(String key) {
        return Optional.ofNullable(byKey.get(key)).map(range::address);
    }

    /**
     * Gives a free address, or the one that the key has. An address that was given back lately is given last, for the
     * sake of clients that still remember its former owner.
     *
     * @throws IOException if none is free
     */
    synchronized String take(String key) throws IOException {
        Integer known = byKey.get(key);
        if (known != null) {
            return range.address(known);
        }
        // The first address names the network, the second is the gateway's, the last is the broadcast's.
        long usable = range.size() - 3;
        for (long tried = 0; tried < usable; tried++) {
            int candidate = (int) (2 + (lastGiven - 1 + tried) % usable);
            if (!byOffset.containsKey(candidate) && write(candidate, key)) {
                remember(candidate, key);
                lastGiven = candidate;
                return range.address(candidate);
            }
        }
        throw new IOException("no free address left in the node's pod range " + range + ": " + usable + " are in use");
    }

    /** Notes an address that a pod is known to have. */
    synchronized void keep(String key, String address) throws IOException {
        OptionalInt offset = range.offset(address);
        if (offset.isEmpty() || key.equals(byOffset.get(offset.getAsInt()))) {
            return;
        }
        release(key);
        Files.deleteIfExists(folder.resolve(address));
        String other = byOffset.remove(offset.getAsInt());
        if (other != null) {
            byKey.remove(other);
        }
        write(offset.getAsInt(), key);
        remember(offset.getAsInt(), key);
    }

    /** Gives an address back. Idempotent. */
    synchronized void release(String key) throws IOException {
        Integer offset = byKey.remove(key);
        if (offset != null) {
            byOffset.remove(offset);
            Files.deleteIfExists(folder.resolve(range.address(offset)));
        }
    }

    /** Who has an address by now. */
    synchronized Set<String> keys() {
        return Set.copyOf(byKey.keySet());
    }

    private void remember(int offset, String key) {
        byKey.put(key, offset);
        byOffset.put(offset, key);
    }

    /** False if somebody else has just taken it. */
    private boolean write(int offset, String key) throws IOException {
        Path whole = Files.createTempFile(folder, "new", "");
        try {
            Files.writeString(whole, key);
            Files.createLink(folder.resolve(range.address(offset)), whole);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(whole);
        }
    }
}
