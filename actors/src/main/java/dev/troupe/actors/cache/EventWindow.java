package dev.troupe.actors.cache;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The newest changes in version order, bounded by number and by bytes. Not thread-safe. */
final class EventWindow {
    private final int maxCount;
    private final long maxBytes;
    private final ArrayDeque<CachedChange> changes = new ArrayDeque<>();
    private long bytes;
    private long start;

    EventWindow(int maxCount, long maxBytes, long start) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
        this.start = start;
    }

    void add(CachedChange change) {
        changes.addLast(change);
        bytes += change.weight();
        while (changes.size() > maxCount || bytes > maxBytes) {
            CachedChange oldest = changes.removeFirst();
            bytes -= oldest.weight();
            start = oldest.resourceVersion();
        }
    }

    /** Every change after this version is here. */
    long start() {
        return start;
    }

    /** All changes after a version, oldest first. The version must not be older than {@link #start()}. */
    List<CachedChange> after(long version) {
        ArrayList<CachedChange> found = new ArrayList<>();
        Iterator<CachedChange> newestFirst = changes.descendingIterator();
        while (newestFirst.hasNext()) {
            CachedChange change = newestFirst.next();
            if (change.resourceVersion() <= version) {
                break;
            }
            found.add(change);
        }
        java.util.Collections.reverse(found);
        return found;
    }
}
