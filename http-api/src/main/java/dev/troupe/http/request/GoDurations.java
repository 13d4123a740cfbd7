package dev.troupe.http.request;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 32s}, {@code 1m30s}, {@code 1.5h}. */
final class GoDurations {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Double> NANOS =
            Map.of("ns", 1d, "us", 1e3, "µs", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "h", 3600e9);

    private GoDurations() {}

    /** Empty for what is no duration. */
    static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        Matcher matcher = PART.matcher(rest);
        double nanos = 0;
        int at = 0;
        while (at < rest.length() && matcher.find(at) && matcher.start() == at) {
            nanos += Double.parseDouble(matcher.group(1)) * NANOS.getOrDefault(matcher.group(2), 0d);
            at = matcher.end();
        }
        return rest.isEmpty() || at < rest.length()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) (text.startsWith("-") ? -nanos : nanos)));
    }
}
