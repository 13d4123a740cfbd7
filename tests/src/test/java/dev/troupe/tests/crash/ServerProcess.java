package dev.troupe.tests.crash;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A {@code troupe server} in a JVM of its own, as the launcher starts it. */
public final class ServerProcess implements AutoCloseable {
    /** Far beyond a start on a busy machine. */
    private static final long START_SECONDS = 60;

    private static final Pattern SERVING = Pattern.compile("serving the Kubernetes API on (https://\\S+)");

    private final Process process;
    private final Path data;
    private final StringBuffer output = new StringBuffer();
    private final CompletableFuture<URI> endpoint = new CompletableFuture<>();

    private ServerProcess(Process process, Path data) {
        this.process = process;
        this.data = data;
        Thread.ofVirtual().name("output-of-" + process.pid()).start(this::read);
    }

    /** Starts a server on a data folder and a free port; it does not serve yet. */
    public static ServerProcess start(Path data, String... options) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags());
        command.addAll(List.of("-cp", classPath(), "dev.troupe.app.Main", "server"));
        command.addAll(List.of("--data", data.toString(), "--port", "0", "--bind-address", "127.0.0.1"));
        command.addAll(List.of("--kubeconfig", kubeconfig(data).toString()));
        command.addAll(Arrays.asList(options));
        try {
            return new ServerProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start(), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The launcher's flags, but for optimizing compilation, which a process that is soon killed never earns back. */
    private static List<String> flags() {
        List<String> flags = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-Xms48m",
                "-Xmx1g",
                "-Xss512k",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 24) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        String more = System.getProperty("troupe.crash.jvm", "");
        Arrays.stream(more.split(" ")).filter(flag -> !flag.isEmpty()).forEach(flags::add);
        return flags;
    }

    /** The test's class path without the tests' own classes. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.contains("junit"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path kubeconfig(Path data) {
        return data.resolve("test.kubeconfig");
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                Matcher serving = SERVING.matcher(line);
                if (serving.find()) {
                    endpoint.complete(URI.create(serving.group(1)));
                }
            }
        } catch (IOException e) {
            output.append("its output broke off: ").append(e).append('\n');
        } finally {
            endpoint.completeExceptionally(new IllegalStateException("the server ended before it served"));
        }
    }

    /** Waits until it serves. */
    public URI endpoint() {
        try {
            return endpoint.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the server does not serve; it said:\n" + output, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A client with the administrator's certificate from the kubeconfig; waits until the server serves. */
    public ApiConnection connect() {
        return ApiConnection.open(endpoint(), kubeconfig(data));
    }

    /** {@code kill -9}; returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        exited(60);
    }

    /** {@code kill -TERM}; returns the exit code. */
    public int terminate() {
        process.destroy();
        return exited(60);
    }

    /** Waits for the process to end by itself; returns the exit code. */
    public int exited(long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + process.pid() + " does not end; it said:\n" + output);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** What it printed so far. */
    public String output() {
        return output.toString();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
