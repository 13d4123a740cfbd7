package dev.troupe.app.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.app.CommandFailure;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.audit.AuditEntry;
import dev.troupe.persistence.audit.AuditTrail;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit show}: an object as it was at a time. */
@Command(name = "show", description = "an object as it was at a time or version", mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    private final PrintStream out;

    @Mixin
    private JournalOptions journal = new JournalOptions();

    @Parameters(paramLabel = "KIND/NAME", description = "for example deployment/web")
    private String object = "";

    @Option(names = "--at", paramLabel = "TIME", description = "RFC 3339, or how long ago: 30s, 10m, 2h (default: now)")
    private @Nullable String at;

    @Option(names = "--version", paramLabel = "RV", description = "as of this resourceVersion instead of a time")
    private long version;

    ShowCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        ObjectKey key = journal.object(object);
        Instant now = InstantSource.system().instant();
        Instant time = at == null ? now : JournalOptions.time(at, now);
        try (JournalReader reader = journal.open()) {
            AuditTrail trail = new AuditTrail(reader);
            Optional<AuditEntry> found = version > 0 ? trail.at(key, version) : trail.at(key, time);
            AuditEntry entry = found.orElseThrow(() -> new CommandFailure(EntryFormat.shortName(key)
                    + " did not exist at "
                    + (version > 0 ? "version " + version : time.toString())
                    + "; its history: ./troupe audit log --object " + object));
            ObjectNode shown = Json.parseObject(entry.after());
            shown.withObject("metadata")
                    .put(
                            "resourceVersion",
                            Long.toString(entry.resourceVersion().orElse(0)));
            out.println(shown.toPrettyString());
        }
        out.flush();
        return 0;
    }
}
