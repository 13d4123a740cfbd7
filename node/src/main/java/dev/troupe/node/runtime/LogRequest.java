package dev.troupe.node.runtime;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which part of a container's log is wanted.
 *
 * @param follow go on until the container ends
 * @param since lines of that time and later
 * @param tailLines so many lines from the end; 0 for none but new ones
 * @param timestamps each line begins with its time in RFC 3339 with nanoseconds
 * @param limitBytes stop after so many bytes
 */
public record LogRequest(
        boolean follow, Optional<Instant> since, OptionalLong tailLines, boolean timestamps, OptionalLong limitBytes) {

    /** All there is by now. */
    public static LogRequest all() {
        return new LogRequest(false, Optional.empty(), OptionalLong.empty(), false, OptionalLong.empty());
    }
}
