package dev.troupe.app.audit;

import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code troupe audit}: what happened, and why, from the journal. */
@Command(
        name = "audit",
        description = "read the journal: what happened, who did it, and why",
        mixinStandardHelpOptions = true)
public final class AuditCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run
    private CommandSpec spec;

    private AuditCommand() {}

    public static CommandLine create(PrintStream out) {
        return new CommandLine(new AuditCommand())
                .addSubcommand(new LogCommand(out))
                .addSubcommand(new WhyCommand(out))
                .addSubcommand(new ShowCommand(out))
                .addSubcommand(new VerifyCommand(out));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name one of: log, why, show, verify");
    }
}
