package dev.troupe.actors.controller;

import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The changes that a controller has yet to look at, at most one an object: later changes of an object join the one that
 * waits. So a slow controller costs memory for each object once, and never holds up a watch. Safe for threads.
 */
public final class ChangeBuffer {
    /**
     * A change and the version that brought it about.
     *
     * @param resourceVersion of the new state, or of the deletion
     */
    public record Noted(ObservedChange change, long resourceVersion) {
        private Noted joinedBy(Noted later) {
            Optional<StoredObject> before = change.before();
            // An object that came and went is still told of: something may have been reacting to it.
            if (before.isEmpty() && later.change().after().isEmpty()) {
                before = later.change().before();
            }
            return new Noted(new ObservedChange(before, later.change().after()), later.resourceVersion());
        }
    }

    private final Runnable wake;
    private final Map<ObjectKey, Noted> waiting = new LinkedHashMap<>();

    /** @param wake called when the first change waits; must not block */
    public ChangeBuffer(Runnable wake) {
        this.wake = wake;
    }

    void offer(Noted noted) {
        boolean first;
        synchronized (waiting) {
            first = waiting.isEmpty();
            waiting.merge(noted.change().key(), noted, Noted::joinedBy);
        }
        if (first) {
            wake.run();
        }
    }

    /** Takes at most so many, the oldest first. The buffer wakes again only after it was emptied. */
    public List<Noted> drain(int limit) {
        synchronized (waiting) {
            List<Noted> taken = new ArrayList<>();
            Iterator<Noted> oldest = waiting.values().iterator();
            while (taken.size() < limit && oldest.hasNext()) {
                taken.add(oldest.next());
                oldest.remove();
            }
            return taken;
        }
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        synchronized (waiting) {
            return waiting.isEmpty();
        }
    }
}
