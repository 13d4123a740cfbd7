package dev.troupe.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder with everything that outlives a process: journal, keys, the admin's kubeconfig, the node's state and the
 * id of the running process.
 */
public record DataDirectory(Path root) {

    /** {@code /var/lib/troupe} for root, else {@code ~/.troupe}. */
    public static Path standard() {
        return System.getProperty("user.name").equals("root")
                ? Path.of("/var/lib/troupe")
                : Path.of(System.getProperty("user.home"), ".troupe");
    }

    public Path journal() {
        return root.resolve("journal");
    }

    public Path pki() {
        return root.resolve("pki");
    }

    public Path kubeconfig() {
        return root.resolve("admin.kubeconfig");
    }

    public Path node() {
        return root.resolve("node");
    }

    /** The token with which nodes join. */
    public Path nodeToken() {
        return root.resolve("node-token");
    }

    /** Where the control plane's log goes when it runs in the background. */
    public Path logFile() {
        return root.resolve("troupe.log");
    }

    public Path pidFile() {
        return root.resolve("troupe.pid");
    }

    /** @throws CommandFailure if the folder cannot be made or written */
    public void prepare() {
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw unusable(e);
        }
        if (!Files.isWritable(root)) {
            throw new CommandFailure("the data folder " + root + " is not writable for "
                    + System.getProperty("user.name") + "; give it to that user, or choose another with --data DIR");
        }
    }

    /** The process that runs on this folder, if it lives. */
    public Optional<ProcessHandle> runningProcess() {
        try {
            if (!Files.exists(pidFile())) {
                return Optional.empty();
            }
            long pid = Long.parseLong(Files.readString(pidFile()).strip());
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    // A killed process that nobody has reaped yet counts as alive but runs no command any more.
                    .filter(process -> process.info().command().orElse("").endsWith("java"));
        } catch (IOException e) {
            throw unusable(e);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The address of the API server that runs, or last ran, on this folder. */
    public Optional<URI> endpoint() {
        try {
            Path file = root.resolve("endpoint");
            return Files.exists(file)
                    ? Optional.of(URI.create(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    public void writeEndpoint(URI server) {
        try {
            Files.writeString(root.resolve("endpoint"), server + "\n");
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    public void writePid(long pid) {
        try {
            Files.writeString(pidFile(), pid + "\n");
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    public void removePid() {
        try {
            Files.deleteIfExists(pidFile());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Removes the folder and all in it. */
    public void purge() {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private CommandFailure unusable(IOException e) {
        return new CommandFailure(
                "the data folder " + root + " cannot be used: " + e + "; mend it, or choose another with --data DIR",
                e);
    }
}
