package dev.troupe.node.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * An engine of the tests' own in a temporary folder, started for the first test that asks and stopped after the last.
 * Test classes say {@code @EnabledIf("dev.troupe.node.docker.RealEngine#isPossible")}.
 */
public final class RealEngine implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RealEngine.class);
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    /** Root, an installed engine and a static busybox. */
    public static boolean isPossible() {
        return "root".equals(System.getProperty("user.name"))
                && Files.exists(BUSYBOX)
                && Stream.of("/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd")
                        .anyMatch(path -> Files.exists(Path.of(path)));
    }

    /** The running engine, handed to tests. */
    public static final class Running implements AutoCloseable {
        private final Path folder;
        private final DockerEngine engine;

        private Running() {
            try {
                folder = Files.createTempDirectory("troupe-docker-");
                engine = DockerEngine.start(folder);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        public DockerEngine engine() {
            return engine;
        }

        /** Kills the engine's process as an accident would. */
        public void kill() throws IOException {
            long daemon = Long.parseLong(
                    Files.readString(folder.resolve("dockerd.pid")).strip());
            ProcessHandle.of(daemon).orElseThrow().destroyForcibly();
            while (DockerEngine.answers(engine.socket())) {
                Thread.onSpinWait();
            }
        }

        /** Starts it again. */
        public void revive() throws IOException {
            DockerEngine.start(folder);
        }

        /** A runtime for a cluster of its own, with the local images loaded. */
        public DockerContainerRuntime connect() throws IOException {
            return connect("test-" + UUID.randomUUID(), "node-1");
        }

        public DockerContainerRuntime connect(String cluster, String node) throws IOException {
            DockerContainerRuntime runtime = DockerContainerRuntime.connect(engine.socket(), cluster, node);
            runtime.loadLocalImages(BUSYBOX);
            return runtime;
        }

        @Override
        public void close() throws IOException {
            engine.stop();
            deleteTree(folder);
        }
    }

    static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, key -> new Running(), Running.class);
    }
}
