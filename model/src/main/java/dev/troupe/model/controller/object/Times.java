package dev.troupe.model.controller.object;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Kubernetes' times: metav1.Time in whole seconds, MicroTime in microseconds, both UTC. */
public final class Times {
    private Times() {}

    /** As metav1.Time prints it. */
    public static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The time at a path; empty where absent or null. */
    public static Optional<Instant> at(JsonNode node, String... path) {
        return Json.optionalText(node, path).map(Instant::parse);
    }

    /** How long until then, and never less than a millisecond: a timer of nothing would spin. */
    public static Duration until(Instant then, Instant now) {
        Duration left = Duration.between(now, then);
        Duration least = Duration.ofMillis(1);
        return left.compareTo(least) < 0 ? least : left;
    }
}
