package dev.troupe.node.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long to wait before the next try: 10 s, doubled with each failure up to 300 s, forgotten after 10 minutes of
 * quiet. The first failure has no entry and is retried at once.
 *
 * @param delay of the try that was last allowed
 * @param allowedAt when that was
 */
public record Backoff(Duration delay, Instant allowedAt) {
    private static final Duration INITIAL = Duration.ofSeconds(10);
    private static final Duration MAX = Duration.ofSeconds(300);

    /** The entry once another try is allowed, for a failure of that time. */
    static Backoff next(Optional<Backoff> current, Instant failedAt, Instant now) {
        Duration delay = current.filter(backoff -> !backoff.isForgotten(failedAt))
                .map(backoff -> shorter(backoff.delay.multipliedBy(2), MAX))
                .orElse(INITIAL);
        return new Backoff(delay, now);
    }

    /** When the next try after a failure of that time is due. */
    Instant due(Instant failedAt) {
        return isForgotten(failedAt) ? failedAt : failedAt.plus(delay);
    }

    /** A failure so long after the last try is the first again. */
    private boolean isForgotten(Instant failedAt) {
        return Duration.between(allowedAt, failedAt).compareTo(MAX.multipliedBy(2)) > 0;
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }

    /** As Go prints it: {@code 10s}, {@code 2m40s}, {@code 5m0s}. */
    String text() {
        long seconds = delay.toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
