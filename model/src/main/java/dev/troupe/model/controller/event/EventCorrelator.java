package dev.troupe.model.controller.event;

import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.resource.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the number of API Events small, with client-go's rules and numbers: the same Event again is counted, many that
 * differ only in their message are combined into one, and an object about which too much is told falls silent for a
 * while. It remembers the latest few thousand; to forget costs only an Event more. Not thread-safe.
 */
public final class EventCorrelator {
    /** Events of one kind about one object with different messages, within {@link #WINDOW}, before they are combined. */
    static final int DIFFERENT_MESSAGES = 10;

    static final Duration WINDOW = Duration.ofMinutes(10);

    /** Events about one object of one source at a stretch; then one each {@link #REFILL}. */
    static final int BURST = 25;

    static final Duration REFILL = Duration.ofMinutes(5);

    /** Entries of each memory. */
    static final int REMEMBERED = 4096;

    private static final int LONGEST_NAME = 253;

    private record Similar(Set<String> messages, Instant latest) {}

    private record Tokens(double left, Instant at) {}

    private final Map<String, Similar> similar = bounded();
    private final Map<String, Occurrence> occurrences = bounded();
    private final Map<String, Tokens> tokens = bounded();
    private long lastName;

    /**
     * Takes one Event.
     *
     * @param source the component that tells it, for example {@code replicaset-controller}
     * @return the Event to write; empty if it is one too many
     */
    public Optional<Occurrence> correlate(String source, PlanStep.RecordEvent event, Instant now) {
        String about =
                source + "/" + event.about().key() + "/" + event.about().meta().uid();
        String kind = about + "/" + event.type() + "/" + event.reason();
        boolean combined = isOneOfMany(kind, event.message(), now);
        String key = combined ? kind : kind + "/" + event.message();
        String message = combined ? "(combined from similar events): " + event.message() : event.message();
        Occurrence before = occurrences.get(key);
        Occurrence occurrence = before == null
                ? new Occurrence(key, name(event, now), source, event, message, now, now, 1)
                : before.again(event, message, now);
        occurrences.put(key, occurrence);
        return spend(about, now) ? Optional.of(occurrence) : Optional.empty();
    }

    /** The Event with this key is not there (any more): the next one begins anew. */
    public void forget(String key) {
        occurrences.remove(key);
    }

    private boolean isOneOfMany(String kind, String message, Instant now) {
        Similar before = similar.get(kind);
        Set<String> messages = before == null || before.latest().plus(WINDOW).isBefore(now)
                ? new LinkedHashSet<>()
                : before.messages();
        messages.add(message);
        similar.put(kind, new Similar(messages, now));
        if (messages.size() < DIFFERENT_MESSAGES) {
            return false;
        }
        messages.remove(messages.iterator().next());
        return true;
    }

    private boolean spend(String about, Instant now) {
        Tokens before = tokens.getOrDefault(about, new Tokens(BURST, now));
        double gained = (double) Duration.between(before.at(), now).toMillis() / REFILL.toMillis();
        double left = Math.min(BURST, before.left() + Math.max(0, gained));
        boolean allowed = left >= 1;
        tokens.put(about, new Tokens(allowed ? left - 1 : left, now));
        return allowed;
    }

    /** Unique: nanoseconds since the epoch, and later than the one before. */
    private String name(PlanStep.RecordEvent event, Instant now) {
        lastName = Math.max(lastName + 1, now.getEpochSecond() * 1_000_000_000L + now.getNano());
        String about = event.about().meta().name();
        String suffix = "." + Long.toHexString(lastName);
        return about.substring(0, Math.min(about.length(), LONGEST_NAME - suffix.length())) + suffix;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** The namespace of an Event about an object: Events about cluster-scoped objects live in {@code default}. */
    static String namespaceOf(ObjectMeta about) {
        return about.namespace().isEmpty() ? "default" : about.namespace();
    }
}
