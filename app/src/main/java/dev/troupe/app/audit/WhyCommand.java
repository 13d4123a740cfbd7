package dev.troupe.app.audit;

import dev.troupe.app.CommandFailure;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.audit.AuditEntry;
import dev.troupe.persistence.audit.AuditTrail;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit why}: the chain of causes behind an object, back to the request that began it. */
@Command(
        name = "why",
        description = "why an object is there, or why it last changed: the chain of causes back to the request",
        mixinStandardHelpOptions = true)
final class WhyCommand implements Callable<Integer> {
    private final PrintStream out;

    @Mixin
    private JournalOptions journal = new JournalOptions();

    @Parameters(paramLabel = "KIND/NAME", description = "for example pod/web-5d9c7-x2x4k")
    private String object = "";

    @Option(names = "--last", description = "explain the last change instead of the creation")
    private boolean last;

    @Option(names = "--json", description = "print JSON, one change a line")
    private boolean json;

    WhyCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        ObjectKey key = journal.object(object);
        try (JournalReader reader = journal.open()) {
            AuditTrail trail = new AuditTrail(reader);
            List<AuditEntry> history = trail.history(key);
            if (history.isEmpty()) {
                throw new CommandFailure("the journal knows nothing of " + EntryFormat.shortName(key)
                        + "; check the name, and the namespace with -n");
            }
            AuditEntry explained = last
                    ? history.getLast()
                    : history.stream()
                            .filter(AuditEntry::created)
                            .reduce((earlier, later) -> later)
                            .orElse(history.getFirst());
            List<AuditEntry> chain = trail.causes(explained);
            print(chain);
        }
        out.flush();
        return 0;
    }

    private void print(List<AuditEntry> chain) {
        String indent = "";
        for (AuditEntry entry : chain) {
            out.println(
                    json
                            ? new String(Json.bytes(EntryFormat.json(entry)), StandardCharsets.UTF_8)
                            : indent + EntryFormat.story(entry));
            indent = indent.isEmpty() ? "└─ because " : "   " + indent;
        }
        if (!json && chain.getLast().event().cause().isPresent()) {
            out.println(indent + "of a change that is no longer in the journal");
        }
    }
}
