package dev.troupe.actors.cache;

import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One change of one object in the event window: what it was and what it became. */
final class CachedChange {
    private final long resourceVersion;
    private final Optional<StoredObject> before;
    private final Optional<StoredObject> after;
    private final ResourceStrategy strategy;
    private volatile @Nullable StoredObject goodbye;

    CachedChange(
            long resourceVersion,
            Optional<StoredObject> before,
            Optional<StoredObject> after,
            ResourceStrategy strategy) {
        this.resourceVersion = resourceVersion;
        this.before = before;
        this.after = after;
        this.strategy = strategy;
    }

    long resourceVersion() {
        return resourceVersion;
    }

    /** Empty for a creation. */
    Optional<StoredObject> before() {
        return before;
    }

    /** Empty for a removal. */
    Optional<StoredObject> after() {
        return after;
    }

    /**
     * The object as it was, at the version of this change: what a watch is told that no longer sees it. Made once for all
     * watches.
     */
    StoredObject goodbye() {
        StoredObject made = goodbye;
        if (made == null) {
            made = StoredObject.versioned(before.orElseThrow().json(), resourceVersion, strategy);
            goodbye = made;
        }
        return made;
    }

    /** Bytes that the window keeps alive with this change, roughly. */
    long weight() {
        return 400L + after.or(this::before).map(object -> object.json().length).orElse(0);
    }
}
