package dev.troupe.actors.controller;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The limits of the controllers' shells.
 *
 * @param parallelKeys keys of one controller that are worked on at the same time
 * @param queueLimit keys in a controller's queue beyond which it takes no more changes from the store
 * @param minBackoff after the first failure of a key; doubles with each
 * @param maxBackoff of a key that keeps failing, and of a watch that keeps ending
 * @param planTimeout for a plan and until its writes are seen; then the key counts as failed
 * @param eventsInFlight API Events being written at a time; more are dropped
 */
public record ControllerSettings(
        int parallelKeys,
        int queueLimit,
        Duration minBackoff,
        Duration maxBackoff,
        Duration planTimeout,
        int eventsInFlight) {
    public ControllerSettings {
        if (parallelKeys < 1 || queueLimit < 1 || eventsInFlight < 1) {
            throw new IllegalArgumentException("limits of controllers must be positive");
        }
        if (minBackoff.isNegative() || minBackoff.isZero() || maxBackoff.compareTo(minBackoff) < 0) {
            throw new IllegalArgumentException("a backoff begins above zero and grows");
        }
    }

    public static ControllerSettings from(Config config) {
        return new ControllerSettings(
                config.getInt("parallel-keys"),
                config.getInt("queue-limit"),
                config.getDuration("min-backoff"),
                config.getDuration("max-backoff"),
                config.getDuration("plan-timeout"),
                config.getInt("events-in-flight"));
    }
}
