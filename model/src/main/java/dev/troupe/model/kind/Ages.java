package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Times as tables show them: how long ago, with two or three significant figures. */
public final class Ages {
    /** Shown where a time is not set. */
    public static final String UNKNOWN = "<unknown>";

    private Ages() {}

    /** The age of an object: {@code 45s}, {@code 3m10s}, {@code 2d}. */
    public static String of(JsonNode object, Instant now) {
        return since(Json.text(object, "metadata", "creationTimestamp"), now);
    }

    /** How long ago a timestamp was; {@code <unknown>} where it is empty. */
    public static String since(String timestamp, Instant now) {
        if (timestamp.isEmpty()) {
            return UNKNOWN;
        }
        try {
            return human(Duration.between(Instant.parse(timestamp), now));
        } catch (DateTimeException e) {
            // Decoding refuses such times; one in an old journal must not break a whole list.
            return UNKNOWN;
        }
    }

    /** A duration as kubectl prints it; up to a second in the future counts as now. */
    public static String human(Duration duration) {
        // Toward zero, as Go truncates.
        long seconds = duration.toMillis() / 1000;
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (days < 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 730) {
            return days + "d";
        }
        if (days < 2920) {
            return two(days / 365, "y", days % 365, "d");
        }
        return days / 365 + "y";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : small + smallUnit);
    }
}
