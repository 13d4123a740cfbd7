package dev.troupe.app;

import dev.troupe.app.server.ClusterPki;
import dev.troupe.app.server.MachineNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code troupe down}: stops what {@code up} or {@code server} started, and clears what they made on the machine. */
@Command(
        name = "down",
        description = "stop what up started, remove its containers, rules and interfaces",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    /** Pods get their grace period in their containers' removal, not here. */
    private static final long STOP_SECONDS = 30;

    private final PrintStream out;

    @Option(names = "--data", paramLabel = "DIR", description = "the data folder (default: ${DEFAULT-VALUE})")
    private Path data = DataDirectory.standard();

    @Option(names = "--purge", description = "remove the data folder too: journal, keys, everything")
    private boolean purge;

    DownCommand(PrintStream out) {
        this.out = out;
    }

    private static String clusterId(DataDirectory folder) {
        return new ClusterPki(folder.pki(), InstantSource.system()).clusterId();
    }

    @Override
    public Integer call() {
        Progress progress = new Progress(out, InstantSource.system());
        DataDirectory folder = new DataDirectory(data.toAbsolutePath().normalize());
        boolean stopped = Background.stop(folder, STOP_SECONDS);
        progress.step("stop", stopped ? "the process is stopped" : "no process ran on " + folder.root());
        MachineNode node = new MachineNode(folder, clusterId(folder), "");
        if (node.wasStarted() && "root".equals(System.getProperty("user.name"))) {
            progress.step("clear", node.removeAll());
        }
        if (purge) {
            folder.purge();
            progress.step("purge", folder.root() + " is removed");
        }
        return 0;
    }
}
