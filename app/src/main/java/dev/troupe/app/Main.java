package dev.troupe.app;

import dev.troupe.app.audit.AuditCommand;
import dev.troupe.persistence.JournalUnusable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(name = "troupe", mixinStandardHelpOptions = true, description = "a Kubernetes-compatible cluster manager")
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        // On a JDK of 21 to 24 with two cores, futures would start a thread each otherwise.
        System.setProperty("java.util.concurrent.ForkJoinPool.common.parallelism", "2");
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        // An error that ends this thread must end the process too, whatever other threads run by then.
        Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {
            error.printStackTrace(err);
            Runtime.getRuntime().halt(1);
        });
        System.exit(run(out, err, arguments));
    }

    static int run(PrintStream out, PrintStream err, String... arguments) {
        return new CommandLine(new Main())
                .addSubcommand(new ServerCommand(out, List.of(arguments)))
                .addSubcommand(new UpCommand(out, List.of(arguments)))
                .addSubcommand(new DownCommand(out))
                .addSubcommand(new WarmUpCommand())
                .addSubcommand("audit", AuditCommand.create(out))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof CommandFailure
                            || failure instanceof JournalUnusable
                            || failure instanceof UncheckedIOException) {
                        err.println("troupe: " + failure.getMessage());
                    } else {
                        failure.printStackTrace(err);
                        err.println("troupe: this is a bug; please report the lines above");
                    }
                    return 1;
                })
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command; troupe --help lists them");
    }
}
