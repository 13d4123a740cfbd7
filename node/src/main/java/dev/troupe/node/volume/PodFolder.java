package dev.troupe.node.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder of one pod on its node. */
public final class PodFolder {
    private final Path folder;

    private PodFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * @param root the node's folder
     * @throws IllegalArgumentException if the uid could lead out of it
     */
    public static PodFolder of(Path root, String podUid) {
        requirePlainName(podUid);
        return new PodFolder(root.resolve("pods").resolve(podUid));
    }

    /** Uids of all pods that have a folder. */
    public static List<String> all(Path root) throws IOException {
        Path pods = root.resolve("pods");
        if (!Files.exists(pods)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(pods)) {
            return children.map(child -> child.getFileName().toString()).toList();
        }
    }

    Path volume(String plugin, String name) {
        requirePlainName(name);
        return folder.resolve("volumes").resolve(plugin).resolve(name);
    }

    Path volumes() {
        return folder.resolve("volumes");
    }

    Path path() {
        return folder;
    }

    /** The hosts file of the pod's containers. */
    public Path hostsFile() {
        return folder.resolve("etc-hosts");
    }

    /** Where a container leaves its last words. */
    public Path terminationMessage(String container, int attempt) {
        requirePlainName(container);
        return folder.resolve("containers").resolve(container).resolve(attempt + "-termination-log");
    }

    /** Writes the hosts file. */
    public void writeHosts(String text) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(hostsFile(), text);
    }

    /** Makes the empty file that the container writes to, whoever it runs as. */
    public Path createTerminationMessage(String container, int attempt) throws IOException {
        Path file = terminationMessage(container, attempt);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        Modes.set(file, 0666);
        return file;
    }

    /** Removes everything but what is mounted from elsewhere: mounts are gone by then. Links are not followed. */
    void delete() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        AtomicFolder.deleteTree(folder);
    }

    private static void requirePlainName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/")) {
            throw new IllegalArgumentException("not a plain name: " + name);
        }
    }
}
