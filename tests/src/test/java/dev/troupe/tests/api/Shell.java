package dev.troupe.tests.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs bash commands in a folder of their own, with nothing of the user's but the path to programs. */
final class Shell {
    /** Longer than any recorded command may take; a command that hangs is a failure of its own. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final Path kubeconfig;

    /** @param home an empty folder; the shell works in a folder in it */
    Shell(Path home, Path kubeconfig) throws IOException {
        this.folder = Files.createDirectories(home.resolve("work"));
        this.kubeconfig = kubeconfig;
    }

    record Result(int exitCode, String out, String err) {}

    void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    /** Runs to the end, of the command and of what it left in the background. */
    Result run(String line) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder.getParent(), "out", ".txt");
        Path err = Files.createTempFile(folder.getParent(), "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", line)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("HOME", folder.getParent().toString());
        environment.put("KUBECONFIG", kubeconfig.toString());
        environment.put("KUBECACHEDIR", folder.resolveSibling("cache").toString());
        environment.put("TMPDIR", folder.getParent().toString());
        environment.put("LANG", "C.UTF-8");
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        Files.delete(out);
        Files.delete(err);
        return ended ? result : new Result(result.exitCode(), result.out(), result.err() + "\nNOT ENDED IN " + LIMIT);
    }
}
