package dev.troupe.actors.controller;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** How long to wait after so many failures in a row: doubling, capped, and spread so that many do not return at once. */
record Backoff(Duration min, Duration max, DoubleSupplier chance) {
    /** Between half of the doubled time and the whole of it. */
    private static final double SPREAD = 0.5;

    /** @param failures in a row, at least 1 */
    Duration after(int failures) {
        // Doubling 40 times exceeds any cap and no long.
        double doubled = min.toNanos() * Math.pow(2, Math.min(failures - 1, 40));
        double capped = Math.min(doubled, max.toNanos());
        return Duration.ofNanos((long) (capped * (1 - SPREAD * chance.getAsDouble())));
    }
}
