package dev.troupe.node.docker;

import dev.troupe.model.json.Json;
import dev.troupe.node.volume.Mounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Docker Engine that answers: one that was found running, or one of Troupe's own that it started because none was.
 * Its own has a data root, socket and process file in one folder, makes no bridge and no firewall rules, and keeps
 * containers running while it is away, so it outlives the agent and is found again by the folder.
 */
public final class DockerEngine {
    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);

    /** An engine is up in half a second on an idle machine; this is for busy ones. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    /** It stops in under 3 s; then it is killed. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration PING_TIMEOUT = Duration.ofSeconds(5);

    private static final Path DEFAULT_SOCKET = Path.of("/var/run/docker.sock");

    private static final String NEWEST_API_VERSION = "1.44";

    private final Path socket;
    private final Optional<Path> ownFolder;

    private DockerEngine(Path socket, Optional<Path> ownFolder) {
        this.socket = socket;
        this.ownFolder = ownFolder;
    }

    /**
     * The engine to use: Troupe's own if it still runs, else the machine's, else a new one of its own.
     *
     * @param folder where an own engine keeps everything; used only if one is or was started. A Unix socket's path has
     *     at most 107 bytes, so neither may this one's with {@code /docker.sock}
     * @throws IOException if none answers and none can be started; the message says what to do
     */
    public static DockerEngine findOrStart(Path folder, Map<String, String> environment) throws IOException {
        Optional<DockerEngine> running = findOwn(folder).or(() -> find(environment));
        return running.isPresent() ? running.get() : start(folder);
    }

    /** The engine that {@code DOCKER_HOST} names or that listens where engines do, if it answers. */
    public static Optional<DockerEngine> find(Map<String, String> environment) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        Path socket = host.startsWith("unix://") ? Path.of(host.substring("unix://".length())) : DEFAULT_SOCKET;
        return answers(socket) ? Optional.of(new DockerEngine(socket, Optional.empty())) : Optional.empty();
    }

    /** The engine that was started with this folder, if it answers. */
    public static Optional<DockerEngine> findOwn(Path folder) {
        Path socket = folder.resolve("docker.sock");
        return answers(socket) ? Optional.of(new DockerEngine(socket, Optional.of(folder))) : Optional.empty();
    }

    /**
     * Starts an engine of one's own.
     *
     * @param options more options of {@code dockerd}
     * @throws IOException if it does not come up; the message has the last lines of its log
     */
    public static DockerEngine start(Path folder, String... options) throws IOException {
        Path absolute = folder.toAbsolutePath();
        Files.createDirectories(absolute);
        Path socket = absolute.resolve("docker.sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > 107) {
            throw new IOException("the path of the engine's socket is longer than a Unix socket's may be (107 bytes): "
                    + socket + "; choose a data folder with a shorter path");
        }
        Path log = absolute.resolve("dockerd.log");
        Path configuration = absolute.resolve("daemon.json");
        if (!Files.exists(configuration)) {
            // Without a file of its own it would read /etc/docker/daemon.json, whose options may clash with these.
            Files.writeString(configuration, "{}\n");
        }
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "dockerd",
                "--config-file=" + configuration,
                "--host=unix://" + socket,
                "--data-root=" + absolute.resolve("data"),
                "--exec-root=" + absolute.resolve("exec"),
                "--pidfile=" + pidFile(absolute),
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--ip-masq=false",
                "--ip-forward=false",
                "--userland-proxy=false",
                "--live-restore",
                "--log-level=warn"));
        command.addAll(List.of(options));
        forgetTheDead(absolute);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "no Docker Engine answers, and none can be started (" + e.getMessage()
                            + "): install it, for example with \"apt-get install docker.io iptables\", or use the"
                            + " simulated runtime",
                    e);
        }
        awaitStart(process, socket, log);
        LOG.info("started a Docker Engine in {}", absolute);
        return new DockerEngine(socket, Optional.of(absolute));
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /** Whether it is Troupe's own, so that {@link #stop} stops it. */
    public boolean isOwn() {
        return ownFolder.isPresent();
    }

    /**
     * Stops the engine if it is Troupe's own; another one is left alone. Containers that run go on running: remove them
     * first.
     *
     * @throws IOException if it cannot be stopped
     */
    public void stop() throws IOException {
        if (ownFolder.isPresent()) {
            stop(ownFolder.get());
        }
    }

    private static void stop(Path folder) throws IOException {
        Optional<ProcessHandle> daemon = processOf(pidFile(folder), folder);
        if (daemon.isPresent()) {
            stop(daemon.get(), folder);
        }
        // One that was killed leaves its folders mounted upon themselves.
        Mounts.unmountBelow(folder);
    }

    private static void stop(ProcessHandle daemon, Path folder) throws IOException {
        daemon.destroy();
        if (!awaitEnd(daemon, folder, STOP_TIMEOUT)) {
            Optional<ProcessHandle> containerd = processOf(containerdPidFile(folder), folder);
            daemon.destroyForcibly();
            containerd.ifPresent(ProcessHandle::destroyForcibly);
            if (!awaitEnd(daemon, folder, STOP_TIMEOUT)) {
                throw new IOException(
                        "the Docker Engine of " + folder + " (process " + daemon.pid() + ") does not stop");
            }
        }
        LOG.info("stopped the Docker Engine of {}", folder);
    }

    /** The process that a pid file names, unless the number has gone to a stranger since. */
    private static Optional<ProcessHandle> processOf(Path pidFile, Path folder) throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String text = Files.readString(pidFile).strip();
        if (!text.chars().allMatch(Character::isDigit) || text.isEmpty()) {
            return Optional.empty();
        }
        long pid = Long.parseLong(text);
        return isOurs(pid, folder) ? ProcessHandle.of(pid) : Optional.empty();
    }

    /**
     * An engine that was killed leaves the numbers of its processes, and a new one waits in vain for a containerd whose
     * number still is that of a zombie.
     */
    private static void forgetTheDead(Path folder) throws IOException {
        for (Path file : List.of(pidFile(folder), containerdPidFile(folder))) {
            if (Files.exists(file) && processOf(file, folder).isEmpty()) {
                Files.delete(file);
            }
        }
    }

    private static Path containerdPidFile(Path folder) {
        return folder.resolve("exec/containerd/containerd.pid");
    }

    /** A zombie has no command line: process 1 of a container may be slow to reap what has ended. */
    private static boolean isOurs(long pid, Path folder) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains(folder.toString());
        } catch (IOException e) {
            // It has ended since, or never was.
            LOG.debug("process {} is gone: {}", pid, e.toString());
            return false;
        }
    }

    private static boolean awaitEnd(ProcessHandle process, Path folder, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (isOurs(process.pid(), folder)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void awaitStart(Process process, Path socket, Path log) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers(socket)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
                List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
                String last = String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
                throw new IOException("the Docker Engine did not start; the end of its log " + log + ":\n" + last);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the Docker Engine", e);
        }
    }

    private static Path pidFile(Path folder) {
        return folder.resolve("dockerd.pid");
    }

    /** Whether an engine answers there; one that accepts connections and says nothing does not. */
    public static boolean answers(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().name("docker-ping").start(() -> {
            try (EngineConnection ping = EngineConnection.open(socket, "GET", "/_ping")) {
                answer.complete(ping.status() == 200);
            } catch (IOException e) {
                LOG.debug("no engine at {}: {}", socket, e.toString());
                answer.complete(false);
            }
        });
        try {
            return answer.get(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            asking.interrupt();
            LOG.warn("something listens at {} but does not answer", socket);
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * The newest version of the engine's API that both sides know; calls without a version would go to whatever the
     * engine thinks current.
     */
    static String apiVersion(Path socket) throws IOException {
        try (EngineConnection answer =
                EngineConnection.open(socket, "GET", "/version").expectSuccess()) {
            String version = Json.text(Json.mapper().readTree(answer.body().readAllBytes()), "ApiVersion");
            return minor(version) < minor(NEWEST_API_VERSION) ? version : NEWEST_API_VERSION;
        }
    }

    private static int minor(String version) {
        return Integer.parseInt(version.substring(version.indexOf('.') + 1));
    }
}
