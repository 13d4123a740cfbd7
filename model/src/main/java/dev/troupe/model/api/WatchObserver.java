package dev.troupe.model.api;

import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Optional;

/** Receives a watch. Calls come one at a time and must not block: queue or hand over at once. */
public interface WatchObserver {
    /** Events in resourceVersion order, never empty. */
    void next(List<WatchEvent> events);

    /** The last call: the server ended the watch, for example with 410 Expired. */
    void ended(Optional<Status> why);
}
