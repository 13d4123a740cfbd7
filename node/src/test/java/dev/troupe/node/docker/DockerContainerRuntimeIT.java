package dev.troupe.node.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.DnsSettings;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.ExecSession;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import dev.troupe.node.runtime.PodIdentity;
import dev.troupe.node.runtime.RuntimeEvent;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxSpec;
import dev.troupe.node.runtime.SandboxState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("docker")
@EnabledIf("dev.troupe.node.docker.RealEngine#isPossible")
@ExtendWith(RealEngine.class)
@Timeout(60)
class DockerContainerRuntimeIT {
    private static final PodIdentity POD = new PodIdentity("default", "web-0", "11111111-2222-3333-4444-555555555555");

    @TempDir
    Path folder;

    private RealEngine.Running engine;
    private DockerContainerRuntime runtime;

    @BeforeEach
    void connect(RealEngine.Running running) throws IOException {
        engine = running;
        runtime = running.connect();
    }

    @AfterEach
    void removeContainers() throws IOException {
        runtime.removeAll();
        runtime.close();
    }

    @Test
    void containersOfAPodShareNetworkHostNameAndFiles() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        assertTrue(sandbox.ready());
        assertTrue(sandbox.pid() > 1);
        Path shared = Files.createDirectory(folder.resolve("shared"));
        ContainerSpec.Mount mount = new ContainerSpec.Mount(shared.toString(), "/shared", false);
        start(sandbox, container("server", "echo from-server > /shared/file; nc -l -p 7000 -e echo hello", mount));
        ContainerId client = start(
                sandbox,
                container(
                        "client",
                        "hostname; cat /etc/resolv.conf;"
                                + " for i in 1 2 3 4 5 6 7 8 9; do nc 127.0.0.1 7000 && break; sleep 0.2; done;"
                                + " cat /shared/file",
                        mount));
        await(() -> state(client).exit().isPresent());
        String log = log(client, LogRequest.all());
        assertEquals(0, state(client).exit().orElseThrow().code(), log);
        assertTrue(log.contains("web-0\n"), log);
        assertTrue(log.contains("search default.svc.cluster.local svc.cluster.local cluster.local\n"), log);
        assertTrue(log.contains("nameserver 10.96.0.10\n"), log);
        assertTrue(log.contains("options ndots:5\n"), log);
        assertTrue(log.contains("hello\nfrom-server\n"), log);
    }

    @Test
    void everythingIsKnownAgainToANewConnection() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9", "fd00::9")));
        ContainerId id = start(sandbox, container("main", "exec sleep 1000"));
        EngineLabels labels = new EngineLabels(clusterOf(id), "node-1");
        try (DockerContainerRuntime other = engine.connect(labels.cluster(), labels.node())) {
            RuntimeSnapshot snapshot = other.list();
            SandboxState found = snapshot.sandboxes().get(0);
            assertEquals(sandbox, found);
            ContainerState main = snapshot.containers().get(0);
            assertEquals(POD, main.pod());
            assertEquals("main", main.name());
            assertEquals(3, main.attempt());
            assertEquals(LocalImages.WEB, main.image());
            assertEquals(Map.of("hash", "abc"), main.annotations());
            assertTrue(main.isRunning());
            assertTrue(main.startedAt().isPresent());
        }
        try (DockerContainerRuntime stranger = engine.connect("another-cluster", "node-1")) {
            assertEquals(List.of(), stranger.list().containers());
        }
    }

    @Test
    void tellsHowAContainerEnded() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerId seven =
                start(sandbox, container("seven", "trap 'exit 7' TERM; touch /tmp/up; while :; do sleep 0.1; done"));
        await(() -> exec(seven, "test", "-e", "/tmp/up") == 0);
        runtime.signalContainer(seven, runtime.stopSignal(seven));
        await(() -> !state(seven).isRunning());
        assertEquals(7, state(seven).exit().orElseThrow().code());
        runtime.signalContainer(seven, "KILL");
        ContainerId stubborn = start(sandbox, container("stubborn", "trap '' TERM; while :; do sleep 0.1; done"));
        runtime.signalContainer(stubborn, "KILL");
        await(() -> !state(stubborn).isRunning());
        assertEquals(137, state(stubborn).exit().orElseThrow().code());
    }

    @Test
    void aCommandThatIsNotThereIsRefusedWithTheEnginesWords() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerSpec spec = container("bad", "unused");
        ContainerId id = runtime.createContainer(sandbox.id(), withCommand(spec, List.of("/no/such/file")));
        ContainerRuntimeException refused =
                assertThrows(ContainerRuntimeException.class, () -> runtime.startContainer(id));
        assertEquals(ContainerRuntimeException.Reason.REFUSED, refused.reason());
        assertTrue(refused.getMessage().startsWith("Error response from daemon: "), refused.getMessage());
        assertTrue(refused.getMessage().contains("/no/such/file"), refused.getMessage());
        assertEquals(127, state(id).exit().orElseThrow().code());
        assertEquals(Optional.empty(), state(id).startedAt());
    }

    @Test
    void anAbsentImageIsNotFoundAndCannotBePulled() throws Exception {
        assertEquals(Optional.empty(), runtime.findImage("troupe/absent:1"));
        assertTrue(runtime.findImage(LocalImages.WEB).orElseThrow().id().startsWith("sha256:"));
        assertThrows(IOException.class, () -> runtime.pullImage("127.0.0.1:1/absent:1", List.of()));
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerSpec spec = container("main", "true");
        ContainerSpec absent = withImage(spec, "troupe/absent:1");
        ContainerRuntimeException refused =
                assertThrows(ContainerRuntimeException.class, () -> runtime.createContainer(sandbox.id(), absent));
        assertEquals(ContainerRuntimeException.Reason.NOT_FOUND, refused.reason());
    }

    @Test
    void execCarriesInputToItsEndAndTheExitCode() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerId id = start(sandbox, container("main", "exec sleep 1000"));
        byte[] input = "x".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        List<String> command = List.of("sh", "-c", "cat | wc -c; echo problem >&2; exit 3");
        try (ExecSession session = runtime.exec(new ExecRequest(id, command, true, true, true, false))) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try (OutputStream stdin = session.stdin()) {
                    stdin.write(input);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            session.copyOutput(stdout, stderr);
            writer.join();
            assertEquals(3, session.exitCode());
        }
        assertEquals("1000000\n", stdout.toString(StandardCharsets.UTF_8));
        assertEquals("problem\n", stderr.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aTerminalHasTheSizeItWasGiven() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerId id = start(sandbox, container("main", "exec sleep 1000"));
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        List<String> command = List.of("sh", "-c", "read line; stty size");
        try (ExecSession session = runtime.exec(new ExecRequest(id, command, true, true, true, true))) {
            session.resize(100, 40);
            session.stdin().write("go\n".getBytes(StandardCharsets.UTF_8));
            session.copyOutput(stdout, OutputStream.nullOutputStream());
            assertEquals(0, session.exitCode());
        }
        assertTrue(stdout.toString(StandardCharsets.UTF_8).contains("40 100"), stdout.toString());
    }

    @Test
    void aLogIsCutFollowedAndStampedAsAsked() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerId id = start(
                sandbox,
                container("main", "echo one; sleep 0.3; echo two >&2; sleep 0.3; echo three; sleep 0.3; echo four"));
        ByteArrayOutputStream followed = new ByteArrayOutputStream();
        LogRequest follow = new LogRequest(true, Optional.empty(), OptionalLong.empty(), false, OptionalLong.empty());
        try (LogStream logs = runtime.logs(id, follow)) {
            logs.copyTo(followed);
        }
        assertEquals("one\ntwo\nthree\nfour\n", followed.toString(StandardCharsets.UTF_8));
        LogRequest tail = new LogRequest(false, Optional.empty(), OptionalLong.of(2), true, OptionalLong.empty());
        String stamped = log(id, tail);
        assertTrue(
                stamped.matches("(?s)\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z three\n\\d{4}-[0-9-]+T[0-9:.]+Z four\n"), stamped);
        LogRequest limited = new LogRequest(false, Optional.empty(), OptionalLong.empty(), false, OptionalLong.of(6));
        assertEquals("one\ntw", log(id, limited));
    }

    @Test
    void closingALogEndsTheFollowing() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerId id = start(sandbox, container("main", "exec sleep 1000"));
        LogRequest follow = new LogRequest(true, Optional.empty(), OptionalLong.empty(), false, OptionalLong.empty());
        LogStream logs = runtime.logs(id, follow);
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                logs.copyTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        logs.close();
        assertTrue(reader.join(Duration.ofSeconds(10)));
    }

    @Test
    void eventsTellWhosePodChanged() throws Exception {
        BlockingQueue<RuntimeEvent> events = new ArrayBlockingQueue<>(100);
        try (AutoCloseable subscription = runtime.events(events::add)) {
            assertEquals(new RuntimeEvent.Resync(), events.poll(10, TimeUnit.SECONDS));
            SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
            assertEquals(new RuntimeEvent.PodChanged(POD), events.poll(10, TimeUnit.SECONDS));
            ContainerId id = start(sandbox, container("main", "exit 1"));
            await(() -> state(id).exit().isPresent());
            assertEquals(new RuntimeEvent.PodChanged(POD), events.poll(10, TimeUnit.SECONDS));
            assertEquals(new RuntimeEvent.PodChanged(POD), events.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void limitsAndSecurityReachTheKernel() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerSpec plain = container(
                "main",
                "id -u; id -g; touch /file 2>/dev/null || echo read-only;"
                        + " grep CapEff /proc/self/status; cat /proc/self/cgroup | grep memory");
        ContainerSpec.Security security = new ContainerSpec.Security(
                OptionalLong.of(1000),
                OptionalLong.of(2000),
                List.of(3000L),
                false,
                true,
                true,
                List.of(),
                List.of("ALL"),
                Optional.empty());
        ContainerSpec.Resources resources =
                new ContainerSpec.Resources(512, OptionalLong.of(50_000), OptionalLong.of(32 << 20), 1000);
        ContainerId id = start(sandbox, secured(plain, security, resources));
        await(() -> state(id).exit().isPresent());
        String log = log(id, LogRequest.all());
        assertTrue(log.startsWith("1000\n2000\nread-only\nCapEff:\t0000000000000000\n"), log);
        assertTrue(log.contains("/troupe-test/pod" + POD.uid() + "/"), log);
    }

    @Test
    void killedForMemoryIsTold() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerSpec plain = container("main", "exec tail /dev/zero");
        ContainerSpec.Resources resources =
                new ContainerSpec.Resources(2, OptionalLong.empty(), OptionalLong.of(8 << 20), 1000);
        ContainerId id = start(sandbox, secured(plain, ContainerSpec.Security.defaults(), resources));
        await(() -> state(id).exit().isPresent());
        ContainerState.Exit exit = state(id).exit().orElseThrow();
        assertTrue(exit.outOfMemory(), exit.toString());
        assertEquals(137, exit.code());
    }

    @Test
    void theSameAttemptReplacesAnUnstartedContainerOfItsName() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        ContainerId first = runtime.createContainer(sandbox.id(), container("main", "true"));
        ContainerId second = runtime.createContainer(sandbox.id(), container("main", "true"));
        assertFalse(first.equals(second));
        assertEquals(1, runtime.list().containers().size());
    }

    @Test
    void nothingIsLeftOfAClusterThatIsRemoved() throws Exception {
        SandboxState sandbox = runtime.createSandbox(sandbox(List.of("10.244.7.9")));
        start(sandbox, container("main", "exec sleep 1000"));
        runtime.removeAll();
        assertEquals(new RuntimeSnapshot(List.of(), List.of()), runtime.list());
        assertFalse(Files.exists(Path.of("/sys/fs/cgroup/memory/troupe-test/pod" + POD.uid())));
        runtime.removeSandbox(sandbox.id());
    }

    private String clusterOf(ContainerId id) throws IOException {
        return EngineErrors.translate(() -> {
            try (EngineClients clients = EngineClients.connect(engine.engine().socket())) {
                return clients.unary()
                        .inspectContainerCmd(id.value())
                        .exec()
                        .getConfig()
                        .getLabels()
                        .get(EngineLabels.CLUSTER);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    static SandboxSpec sandbox(List<String> address) {
        return new SandboxSpec(
                POD,
                0,
                "web-0",
                address,
                new DnsSettings(
                        List.of("10.96.0.10"),
                        List.of("default.svc.cluster.local", "svc.cluster.local", "cluster.local"),
                        List.of("ndots:5")),
                SandboxSpec.Namespaces.isolated(),
                "/troupe-test/pod" + POD.uid(),
                Map.of());
    }

    private static ContainerSpec container(String name, String script, ContainerSpec.Mount... mounts) {
        return new ContainerSpec(
                POD,
                name,
                3,
                LocalImages.WEB,
                List.of("/bin/sh", "-c", script),
                List.of(),
                "",
                Map.of("A", "b"),
                List.of(mounts),
                new ContainerSpec.Resources(2, OptionalLong.empty(), OptionalLong.empty(), 0),
                ContainerSpec.Security.defaults(),
                ContainerSpec.Terminal.none(),
                SandboxSpec.Namespaces.isolated(),
                "/troupe-test/pod" + POD.uid(),
                Map.of("hash", "abc"));
    }

    private static ContainerSpec withCommand(ContainerSpec spec, List<String> command) {
        return copy(spec, spec.image(), command, spec.resources(), spec.security());
    }

    private static ContainerSpec withImage(ContainerSpec spec, String image) {
        return copy(spec, image, spec.command(), spec.resources(), spec.security());
    }

    private static ContainerSpec secured(
            ContainerSpec spec, ContainerSpec.Security security, ContainerSpec.Resources resources) {
        return copy(spec, spec.image(), spec.command(), resources, security);
    }

    private static ContainerSpec copy(
            ContainerSpec spec,
            String image,
            List<String> command,
            ContainerSpec.Resources resources,
            ContainerSpec.Security security) {
        return new ContainerSpec(
                spec.pod(),
                spec.name(),
                spec.attempt(),
                image,
                command,
                spec.arguments(),
                spec.workingDirectory(),
                spec.environment(),
                spec.mounts(),
                resources,
                security,
                spec.terminal(),
                spec.namespaces(),
                spec.cgroupParent(),
                spec.annotations());
    }

    private ContainerId start(SandboxState sandbox, ContainerSpec spec) throws IOException {
        ContainerId id = runtime.createContainer(sandbox.id(), spec);
        runtime.startContainer(id);
        return id;
    }

    private ContainerState state(ContainerId id) throws IOException {
        return runtime.list(POD.uid()).containers().stream()
                .filter(container -> container.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private int exec(ContainerId id, String... command) throws IOException {
        try (ExecSession session = runtime.exec(ExecRequest.outputOf(id, List.of(command)))) {
            session.copyOutput(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
            return session.exitCode();
        }
    }

    private String log(ContainerId id, LogRequest request) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LogStream logs = runtime.logs(id, request)) {
            logs.copyTo(bytes);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Asks again until it is so; the class's timeout ends a vain wait. */
    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.onSpinWait();
        }
    }
}
