package dev.troupe.node.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs commands of the operating system, here or in another network namespace. Calls block until the command ends or
 * its time is over: never on an actor's dispatcher. Safe for many threads.
 */
public final class CommandRunner {
    /** The rules of some 20,000 services; more means that a command runs wild. */
    private static final int MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

    /** After a command's end its output is there at once, unless a child of it still holds the pipe. */
    private static final Duration OUTPUT_GRACE = Duration.ofSeconds(5);

    private final List<String> prefix;
    private final Duration timeout;

    private CommandRunner(List<String> prefix, Duration timeout) {
        this.prefix = List.copyOf(prefix);
        this.timeout = timeout;
    }

    /** @param timeout after which a command is killed */
    public static CommandRunner here(Duration timeout) {
        return new CommandRunner(List.of(), timeout);
    }

    /** The same in the network namespace that a file names, for example {@code /run/netns/node1}. */
    public CommandRunner inNamespace(Path namespace) {
        return new CommandRunner(List.of("nsenter", "--net=" + namespace, "--"), timeout);
    }

    /** The same in the network namespace of a process. */
    public CommandRunner inNamespaceOf(long pid) {
        return inNamespace(Path.of("/proc", Long.toString(pid), "ns", "net"));
    }

    /** What a command said. */
    public record Result(int exitCode, String output, String error) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs a command that must succeed.
     *
     * @return its standard output
     * @throws IOException if it cannot be started, takes too long or fails; the message holds what it said
     */
    public String run(List<String> command, String input) throws IOException {
        Result result = attempt(command, input);
        if (!result.succeeded()) {
            throw new IOException(String.join(" ", command) + " failed with " + result.exitCode() + ": "
                    + firstOf(result.error(), result.output()));
        }
        return result.output();
    }

    public String run(String... command) throws IOException {
        return run(List.of(command), "");
    }

    private static String firstOf(String error, String output) {
        String said = error.isBlank() ? output.strip() : error.strip();
        return said.length() > 500 ? said.substring(0, 500) + "..." : said;
    }

    /** @throws IOException if the command cannot be started or takes too long */
    public Result attempt(List<String> command, String input) throws IOException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words);
        // Messages and numbers must not depend on the user's language.
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            CompletableFuture<String> output = read(process.getInputStream());
            CompletableFuture<String> error = read(process.getErrorStream());
            CompletableFuture<Void> written = write(process.getOutputStream(), input);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        String.join(" ", command) + " did not end within " + timeout.toSeconds() + " s and was killed");
            }
            written.cancel(true);
            return new Result(process.exitValue(), await(output), await(error));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + command.get(0) + " ran");
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().name("command-output").start(() -> {
            try (stream) {
                byte[] bytes = stream.readNBytes(MAX_OUTPUT_BYTES + 1);
                if (bytes.length > MAX_OUTPUT_BYTES) {
                    throw new IOException("a command printed more than " + MAX_OUTPUT_BYTES + " bytes");
                }
                text.complete(new String(bytes, StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }

    /** A command may end without having read its input: that is its exit code's matter. */
    private static CompletableFuture<Void> write(OutputStream stream, String input) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        Thread.ofVirtual().name("command-input").start(() -> {
            try (stream) {
                stream.write(input.getBytes(StandardCharsets.UTF_8));
                written.complete(null);
            } catch (IOException e) {
                written.completeExceptionally(e);
            }
        });
        return written;
    }

    private static String await(CompletableFuture<String> text) throws IOException, InterruptedException {
        try {
            return text.get(OUTPUT_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("cannot read a command's output", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("a command ended but left its output open", e);
        }
    }
}
