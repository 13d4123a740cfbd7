package dev.troupe.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs a long-lived process: in this terminal until it is told to stop, or detached, as a process of its own whose
 * progress is shown until it is ready.
 */
final class Background {
    /** What a detached process prints once it is ready; the rest of its output goes nowhere. */
    private static final String READY = "troupe-ready";

    private static final String MARK = "TROUPE_DETACHED";

    private final PrintStream out;
    private final DataDirectory data;
    private final List<String> arguments;

    /** What runs, and how it is stopped. */
    interface Running {
        void stop();
    }

    /** @param arguments of this command line, for a detached process to repeat */
    Background(PrintStream out, DataDirectory data, List<String> arguments) {
        this.out = out;
        this.data = data;
        this.arguments = List.copyOf(arguments);
    }

    /**
     * Starts and stays until the process is told to stop (SIGTERM or Ctrl-C).
     *
     * @throws CommandFailure if a process runs on the data folder already
     */
    int run(String name, boolean detach, Callable<Running> start) {
        data.prepare();
        data.runningProcess().ifPresent(process -> {
            throw new CommandFailure("a Troupe runs on " + data.root() + " already (process " + process.pid()
                    + "); stop it with ./troupe down --data " + data.root() + ", or choose another folder with --data");
        });
        if (detach && System.getenv(MARK) == null) {
            return detach(name);
        }
        data.writePid(ProcessHandle.current().pid());
        System.setProperty("troupe.log", data.logFile().toString());
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            Running running = start.call();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                running.stop();
                data.removePid();
                stopped.countDown();
            }));
            if (System.getenv(MARK) != null) {
                out.println(READY);
            }
            stopped.await();
            return 0;
        } catch (RuntimeException e) {
            data.removePid();
            throw e;
        } catch (Exception e) {
            data.removePid();
            throw new IllegalStateException("the start of " + name + " failed", e);
        }
    }

    private int detach(String name) {
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true);
        builder.environment().put(MARK, "1");
        try {
            Process process = builder.start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.equals(READY)) {
                        return 0;
                    }
                    out.println(line);
                }
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("a process for " + name + " cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " started", e);
        }
    }

    /** Stops the process that runs on the data folder, gracefully if it will. Says whether there was one. */
    static boolean stop(DataDirectory data, long seconds) {
        Optional<ProcessHandle> process = data.runningProcess();
        process.ifPresent(running -> {
            running.destroy();
            try {
                running.onExit().get(seconds, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                running.destroyForcibly();
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException("waiting for process " + running.pid() + " failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        data.removePid();
        return process.isPresent();
    }
}
