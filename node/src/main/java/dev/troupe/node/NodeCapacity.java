package dev.troupe.node;

import dev.troupe.model.quantity.Quantity;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a node has.
 *
 * @param resources cpu, memory, ephemeral-storage and pods
 */
record NodeCapacity(Map<String, Quantity> resources) {
    /** The kubelet's default for pods of one node. */
    private static final long MAX_PODS = 110;

    private static final Path MEMINFO = Path.of("/proc/meminfo");

    /** The kubelet's threshold for memory. */
    private static final long LEAST_MEMORY_BYTES = 100L << 20;

    /** Less than both is pressure: a tenth of a large disk is plenty. */
    private static final double LEAST_DISK_SHARE = 0.1;

    private static final long LEAST_DISK_BYTES = 2L << 30;

    NodeCapacity {
        resources = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(resources));
    }

    /** This machine's. */
    static NodeCapacity ofMachine(Path folder) throws IOException {
        Map<String, Quantity> resources = new LinkedHashMap<>();
        resources.put("cpu", Quantity.of(Runtime.getRuntime().availableProcessors()));
        resources.put(
                "ephemeral-storage",
                Quantity.of(Files.getFileStore(existing(folder)).getTotalSpace()));
        long kibibytes = memory("MemTotal").orElse(Runtime.getRuntime().maxMemory() / 1024);
        resources.put("memory", Quantity.of(kibibytes + "Ki"));
        resources.put("pods", Quantity.of(MAX_PODS));
        return new NodeCapacity(resources);
    }

    /** Of a node that does not exist: that of a large server. */
    static NodeCapacity simulated() {
        Map<String, Quantity> resources = new LinkedHashMap<>();
        resources.put("cpu", Quantity.of(32));
        resources.put("ephemeral-storage", Quantity.of("1Ti"));
        resources.put("memory", Quantity.of("256Gi"));
        resources.put("pods", Quantity.of(MAX_PODS));
        return new NodeCapacity(resources);
    }

    static boolean isMemoryShort() throws IOException {
        return memory("MemAvailable")
                .filter(kibibytes -> kibibytes * 1024 < LEAST_MEMORY_BYTES)
                .isPresent();
    }

    static boolean isDiskShort(Path folder) throws IOException {
        FileStore store = Files.getFileStore(existing(folder));
        long usable = store.getUsableSpace();
        return usable < LEAST_DISK_BYTES && usable < store.getTotalSpace() * LEAST_DISK_SHARE;
    }

    private static Path existing(Path folder) {
        Path path = folder.toAbsolutePath();
        while (!Files.exists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }

    /** A line of meminfo in kibibytes. */
    private static Optional<Long> memory(String name) throws IOException {
        if (!Files.exists(MEMINFO)) {
            return Optional.empty();
        }
        return Files.readAllLines(MEMINFO).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }
}
