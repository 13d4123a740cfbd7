package dev.troupe.actors.api;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The API's limits; their reasons stand beside their values in reference.conf.
 *
 * @param futureVersionWait how long a read waits for a version that does not exist yet
 */
public record ApiSettings(
        Duration writeTimeout,
        Duration readTimeout,
        Duration futureVersionWait,
        int maxWritesInFlight,
        int deleteCollectionWorkers) {

    public static ApiSettings from(Config config) {
        return new ApiSettings(
                config.getDuration("write-timeout"),
                config.getDuration("read-timeout"),
                config.getDuration("future-version-wait"),
                config.getInt("max-writes-in-flight"),
                config.getInt("delete-collection-workers"));
    }
}
