package dev.troupe.node.volume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder whose files all change at once, as the kubelet writes ConfigMaps: the files are in a hidden folder, a link
 * named {@code ..data} leads to it, and each visible name is a link through that. A change writes another folder and
 * swaps the one link by a rename, so a reader sees the old files or the new ones, never a mixture.
 */
final class AtomicFolder {
    private static final String DATA = "..data";
    private static final String NEW_DATA = "..data_tmp";

    /** One file to be. */
    record Entry(byte[] content, int mode) {}

    private final Path folder;
    private final OptionalLong group;

    /** @param group that the files are given to, where the pod has one */
    AtomicFolder(Path folder, OptionalLong group) {
        this.folder = folder;
        this.group = group;
    }

    /**
     * Makes the folder hold exactly these files; does nothing if it does.
     *
     * @param entries by relative path, which {@link #checkPath} allows
     */
    void write(Map<String, Entry> entries) throws IOException {
        Files.createDirectories(folder);
        Modes.set(folder, 0777);
        Path data = folder.resolve(DATA);
        if (Files.isSymbolicLink(data) && holds(data, entries)) {
            return;
        }
        Path next = Files.createDirectory(
                folder.resolve("..v" + UUID.randomUUID().toString().substring(0, 8)));
        Modes.set(next, 0755);
        for (Map.Entry<String, Entry> entry : new TreeMap<>(entries).entrySet()) {
            writeFile(next, entry.getKey(), entry.getValue());
        }
        if (group.isPresent()) {
            giveToGroup(next, group.getAsLong());
        }
        String before =
                Files.isSymbolicLink(data) ? Files.readSymbolicLink(data).toString() : "";
        Path link = folder.resolve(NEW_DATA);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, next.getFileName());
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(entries.keySet());
        if (!before.isEmpty()) {
            deleteTree(folder.resolve(before));
        }
    }

    /** @throws VolumeException if a path is absolute, leads upwards or begins with {@code ..} */
    static void checkPath(String path) throws VolumeException {
        List<String> parts = Arrays.asList(path.split("/", -1));
        if (path.isEmpty()
                || path.startsWith("/")
                || parts.contains("..")
                || parts.get(0).startsWith("..")) {
            throw new VolumeException("invalid path: must be relative, without \"..\": " + path);
        }
    }

    private static void writeFile(Path root, String path, Entry entry) throws IOException {
        checkPath(path);
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, entry.content());
        Modes.set(file, entry.mode());
    }

    private static boolean holds(Path data, Map<String, Entry> entries) throws IOException {
        Set<String> present = new HashSet<>();
        Path root = data.toRealPath();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString();
                Entry wanted = entries.get(name);
                if (wanted == null || !Arrays.equals(Files.readAllBytes(file), wanted.content())) {
                    return false;
                }
                present.add(name);
            }
        }
        return present.equals(entries.keySet());
    }

    /** Makes the visible links of the first parts of the paths, and removes those that lead nowhere any more. */
    private void linkNames(Set<String> paths) throws IOException {
        Set<String> names = new HashSet<>();
        for (String path : paths) {
            names.add(path.split("/", 2)[0]);
        }
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.toList()) {
                String name = child.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(child);
                }
            }
        }
        for (String name : names) {
            Path link = folder.resolve(name);
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
    }

    private static void giveToGroup(Path root, long group) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Modes.giveToGroup(file, group);
            }
        }
    }

    static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
