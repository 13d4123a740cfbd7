package dev.troupe.app.audit;

import dev.troupe.app.CommandFailure;
import dev.troupe.app.DataDirectory;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.persistence.JournalReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the journal is and how its objects are named: shared by all audit commands. */
final class JournalOptions {
    private static final Pattern AGO = Pattern.compile("(\\d+)(s|m|h|d)");

    @Option(names = "--data", paramLabel = "DIR", description = "the data folder (default: ${DEFAULT-VALUE})")
    private Path data = DataDirectory.standard();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "the namespace of the object (default: default)")
    private @Nullable String namespace;

    private final ResourceRegistry registry = BuiltInKinds.registry();

    JournalReader open() {
        return JournalReader.open(new DataDirectory(data).journal());
    }

    DataDirectory data() {
        return new DataDirectory(data);
    }

    ResourceRegistry registry() {
        return registry;
    }

    /** The namespace given, or "" where none was. */
    String namespace() {
        return namespace == null ? "" : namespace;
    }

    /** {@code pod/web}, {@code deploy/web}, {@code deployments.apps/web}. */
    ObjectKey object(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new CommandFailure("'" + text + "' names no object; write it as KIND/NAME, for example pod/web");
        }
        String kind = text.substring(0, slash).toLowerCase(Locale.ROOT);
        ResourceType type = registry.all().stream()
                .map(ResourceStrategy::type)
                .filter(candidate -> candidate.plural().equals(kind)
                        || candidate.singular().equals(kind)
                        || candidate.shortNames().contains(kind)
                        || candidate.groupResource().toString().equals(kind))
                .findFirst()
                .orElseThrow(() -> new CommandFailure("no kind is called '" + kind + "'; kubectl api-resources lists"
                        + " the kinds and their short names"));
        return type.key(namespace == null ? "default" : namespace, text.substring(slash + 1));
    }

    /** A time such as {@code 2026-11-25T10:00:00Z}, or how long ago, such as {@code 10m}. */
    static Instant time(String text, Instant now) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long amount = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommandFailure(
                    "'" + text + "' is no time; write it as 2026-11-25T10:00:00Z, or as 30s, 10m, 2h or 1d ago", e);
        }
    }
}
