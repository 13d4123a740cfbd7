package dev.troupe.model.api;

/** A running watch. */
public interface WatchSubscription {
    /** Ends it; the observer may still see events under way. Idempotent. */
    void cancel();
}
