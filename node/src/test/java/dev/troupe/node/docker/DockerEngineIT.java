package dev.troupe.node.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.node.runtime.SandboxState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

@Tag("docker")
@EnabledIf("dev.troupe.node.docker.RealEngine#isPossible")
@Timeout(90)
class DockerEngineIT {
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        // Not below JUnit's own folder: a Unix socket's path must be short.
        folder = Files.createTempDirectory("troupe-engine-");
    }

    @AfterEach
    void stop() throws IOException {
        Optional<DockerEngine> left = DockerEngine.findOwn(folder);
        if (left.isPresent()) {
            try (DockerContainerRuntime runtime =
                    DockerContainerRuntime.connect(left.get().socket(), "c", "n")) {
                runtime.removeAll();
            }
            left.get().stop();
        }
        RealEngine.deleteTree(folder);
    }

    @Test
    void anEngineOfOnesOwnIsFoundAgainAndStopped() throws IOException {
        Map<String, String> none = Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock");
        DockerEngine started = DockerEngine.findOrStart(folder, none);
        assertTrue(started.isOwn());
        assertEquals(started.socket(), DockerEngine.findOrStart(folder, none).socket());
        started.stop();
        assertFalse(DockerEngine.answers(started.socket()));
        assertEquals(Optional.empty(), DockerEngine.findOwn(folder));
        started.stop();
    }

    @Test
    void aMachinesEngineIsUsedAndNeverStopped() throws IOException {
        DockerEngine machines = DockerEngine.start(folder);
        Map<String, String> environment = Map.of("DOCKER_HOST", "unix://" + machines.socket());
        Path other = Files.createTempDirectory("troupe-other-");
        DockerEngine found = DockerEngine.findOrStart(other, environment);
        assertFalse(found.isOwn());
        found.stop();
        assertTrue(DockerEngine.answers(machines.socket()));
        assertEquals(0, Files.list(other).count());
        Files.delete(other);
    }

    @Test
    void containersOutliveAnEngineThatIsKilled() throws Exception {
        DockerEngine engine = DockerEngine.start(folder);
        SandboxState before;
        try (DockerContainerRuntime runtime = DockerContainerRuntime.connect(engine.socket(), "c", "n")) {
            runtime.loadLocalImages(Path.of("/bin/busybox"));
            before = runtime.createSandbox(DockerContainerRuntimeIT.sandbox(List.of("10.0.0.1")));
            long daemon = Long.parseLong(
                    Files.readString(folder.resolve("dockerd.pid")).strip());
            ProcessHandle.of(daemon).orElseThrow().destroyForcibly();
            while (DockerEngine.answers(engine.socket())) {
                Thread.onSpinWait();
            }
            assertThrows(IOException.class, runtime::list);
            assertTrue(Files.exists(Path.of("/proc/" + before.pid())), "the sandbox went with its engine");
            DockerEngine again = DockerEngine.findOrStart(folder, Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock"));
            assertEquals(engine.socket(), again.socket());
            // The same connection goes on.
            assertEquals(List.of(before), runtime.list().sandboxes());
            runtime.removeAll();
        }
    }

    @Test
    void saysWhatIsWrongWithAPathThatIsTooLong() {
        Path deep = folder.resolve("x".repeat(100));
        IOException refused = assertThrows(IOException.class, () -> DockerEngine.start(deep));
        assertTrue(refused.getMessage().contains("choose a data folder with a shorter path"), refused.getMessage());
    }
}
