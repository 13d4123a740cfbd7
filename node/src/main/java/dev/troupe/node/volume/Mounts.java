package dev.troupe.node.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts of the operating system, by its own commands; only root may. Blocks. */
public final class Mounts {
    private static final Logger LOG = LoggerFactory.getLogger(Mounts.class);
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final long TIMEOUT_SECONDS = 20;

    private Mounts() {}

    /** Whether this process may mount: root in a container often may not, so it is tried. */
    static boolean isPossible() {
        if (!"root".equals(System.getProperty("user.name")) || !Files.exists(TABLE)) {
            return false;
        }
        try {
            Path folder = Files.createTempDirectory("troupe-mount-");
            try {
                run(List.of("mount", "-t", "tmpfs", "tmpfs", folder.toString()));
                run(List.of("umount", folder.toString()));
            } finally {
                Files.delete(folder);
            }
            return true;
        } catch (IOException e) {
            LOG.warn("volumes in memory are not possible here, they are kept on disk: {}", e.getMessage());
            return false;
        }
    }

    /** Mounts memory on a folder; nothing if it is mounted already. */
    static void tmpfs(Path folder, OptionalLong sizeBytes) throws IOException {
        Files.createDirectories(folder);
        if (all().contains(folder.toRealPath().toString())) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("mount", "-t", "tmpfs"));
        sizeBytes.ifPresent(size -> command.addAll(List.of("-o", "size=" + size)));
        command.addAll(List.of("tmpfs", folder.toString()));
        run(command);
    }

    /** Unmounts everything below a folder, the innermost first. */
    public static void unmountBelow(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        String prefix = folder.toRealPath() + "/";
        List<String> below = new ArrayList<>(
                all().stream().filter(path -> path.startsWith(prefix)).toList());
        Collections.reverse(below);
        for (String path : below) {
            run(List.of("umount", path));
        }
    }

    private static List<String> all() throws IOException {
        if (!Files.exists(TABLE)) {
            return List.of();
        }
        return Files.readAllLines(TABLE).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields.length > 4)
                .map(fields -> unescape(fields[4]))
                .toList();
    }

    /** The table writes space, tab, newline and backslash as octal escapes. */
    private static String unescape(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private static void run(List<String> command) throws IOException {
        LOG.debug("{}", command);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + String.join(" ", command), e);
        } finally {
            process.destroyForcibly();
        }
    }
}
