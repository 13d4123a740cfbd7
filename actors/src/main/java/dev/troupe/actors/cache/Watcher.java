package dev.troupe.actors.cache;

import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One running watch: translates changes into what its selectors see. Used by one thread at a time. */
final class Watcher {
    private final WatchRequest request;
    private final WatchObserver observer;
    private long after;
    private Instant nextBookmark;
    private volatile boolean cancelled;

    /** @param after only later changes are told */
    Watcher(WatchRequest request, WatchObserver observer, long after, Instant firstBookmark) {
        this.request = request;
        this.observer = observer;
        this.after = after;
        this.nextBookmark = firstBookmark;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Tells the changes that concern it, in one call. */
    void tell(List<CachedChange> changes) {
        List<WatchEvent> events = new ArrayList<>();
        for (CachedChange change : changes) {
            if (change.resourceVersion() > after) {
                event(change).ifPresent(events::add);
                after = change.resourceVersion();
            }
        }
        send(events);
    }

    private Optional<WatchEvent> event(CachedChange change) {
        boolean matched = change.before().filter(this::matches).isPresent();
        boolean matches = change.after().filter(this::matches).isPresent();
        if (matches) {
            StoredObject object = change.after().orElseThrow();
            return Optional.of(matched ? new WatchEvent.Modified(object) : new WatchEvent.Added(object));
        }
        return matched ? Optional.of(new WatchEvent.Deleted(change.goodbye())) : Optional.empty();
    }

    /** Tells a state as Added events, all in one call, then perhaps the bookmark that ends them. */
    void tellState(CacheView view, boolean streamedList) {
        List<WatchEvent> events = new ArrayList<>();
        for (StoredObject object : view.objects().all()) {
            if (matches(object)) {
                events.add(new WatchEvent.Added(object));
            }
        }
        if (streamedList) {
            events.add(new WatchEvent.Bookmark(view.version(), true));
        }
        send(events);
    }

    void bookmark(long version, Instant now, Instant next) {
        if (request.bookmarks() && version >= after && !now.isBefore(nextBookmark)) {
            nextBookmark = next;
            send(List.of(new WatchEvent.Bookmark(version, false)));
        }
    }

    void end(Status why) {
        if (!cancelled) {
            cancelled = true;
            observer.ended(Optional.of(why));
        }
    }

    private void send(List<WatchEvent> events) {
        if (!events.isEmpty() && !cancelled) {
            observer.next(events);
        }
    }

    private boolean matches(StoredObject object) {
        return (request.namespace().isEmpty()
                        || request.namespace().equals(object.meta().namespace()))
                && request.labels().matches(object.meta().labels())
                && request.fields().matches(object);
    }
}
