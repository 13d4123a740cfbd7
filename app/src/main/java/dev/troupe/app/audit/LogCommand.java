package dev.troupe.app.audit;

import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.audit.AuditEntry;
import dev.troupe.persistence.audit.AuditTrail;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit log}: every change, oldest first. */
@Command(name = "log", description = "who changed what, when, and because of what", mixinStandardHelpOptions = true)
final class LogCommand implements Callable<Integer> {
    /** Left out unless asked for: their changes tell nothing that the objects do not. */
    private static final Set<GroupResource> NOISE = Set.of(
            new GroupResource("coordination.k8s.io", "leases"),
            new GroupResource("", "events"),
            new GroupResource("", "endpoints"));

    private final PrintStream out;

    @Mixin
    private JournalOptions journal = new JournalOptions();

    @Option(names = "--object", paramLabel = "KIND/NAME", description = "only this object")
    private @Nullable String object;

    @Option(names = "--user", paramLabel = "NAME", description = "only changes by this user or controller")
    private @Nullable String user;

    @Option(names = "--since", paramLabel = "TIME", description = "RFC 3339, or how long ago: 30s, 10m, 2h, 1d")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "as --since")
    private @Nullable String until;

    @Option(names = "--all", description = "with Leases, Events and Endpoints, which are left out otherwise")
    private boolean all;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            description = "json prints one object a line")
    private Output output = Output.table;

    @SuppressWarnings("checkstyle")
    enum Output {
        table,
        json
    }

    LogCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Instant now = InstantSource.system().instant();
        Instant from = since == null ? Instant.MIN : JournalOptions.time(since, now);
        Instant to = until == null ? Instant.MAX : JournalOptions.time(until, now);
        if (output == Output.table) {
            out.println(EntryFormat.header());
        }
        try (JournalReader reader = journal.open()) {
            AuditTrail trail = new AuditTrail(reader);
            Predicate<AuditEntry> shown = entry -> !entry.event().time().isBefore(from)
                    && !entry.event().time().isAfter(to)
                    && (user == null || isBy(entry, user));
            if (object != null) {
                trail.history(journal.object(object)).stream().filter(shown).forEach(this::print);
            } else {
                trail.log(this::isWanted, entry -> {
                    if (shown.test(entry)) {
                        print(entry);
                    }
                });
            }
        }
        out.flush();
        return 0;
    }

    private boolean isWanted(ObjectKey key) {
        return (all || !NOISE.contains(key.resource()))
                && (journal.namespace().isEmpty() || key.name().namespace().equals(journal.namespace()));
    }

    private static boolean isBy(AuditEntry entry, String name) {
        return List.of(entry.event().user(), EntryFormat.user(entry)).contains(name);
    }

    private void print(AuditEntry entry) {
        out.println(
                output == Output.json
                        ? new String(Json.bytes(EntryFormat.json(entry)), StandardCharsets.UTF_8)
                        : EntryFormat.line(entry));
    }
}
