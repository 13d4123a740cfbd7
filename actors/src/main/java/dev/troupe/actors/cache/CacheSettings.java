package dev.troupe.actors.cache;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How much of the past a watch cache keeps, and how often it looks after itself.
 *
 * @param windowEvents most changes of one resource
 * @param windowBytes most bytes of changed objects of one resource
 * @param pastEvents most changes that are read from the journal for a watch from before the window
 * @param bookmarkInterval between bookmarks of one watch
 * @param followInterval between two looks whether a publication was missed
 */
public record CacheSettings(
        int windowEvents, long windowBytes, int pastEvents, Duration bookmarkInterval, Duration followInterval) {

    public static CacheSettings from(Config config) {
        return new CacheSettings(
                config.getInt("window-events"),
                config.getBytes("window-bytes"),
                config.getInt("past-events"),
                config.getDuration("bookmark-interval"),
                config.getDuration("follow-interval"));
    }
}
