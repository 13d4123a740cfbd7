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
    private long undoableFrom;

    EventWindow(int maxCount, long maxBytes, long start) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
        this.start = start;
        this.undoableFrom = start;
    }

    /**
     * Puts older changes before all others, as many of the newer ones as there is room for.
     *
     * @param older all changes after a version up to {@link #start()}, oldest first
     * @param after that version
     */
    void addBefore(List<CachedChange> older, long after) {
        start = after;
        for (int i = older.size() - 1; i >= 0; i--) {
            CachedChange change = older.get(i);
            if (changes.size() == maxCount || bytes + change.weight() > maxBytes) {
                start = change.resourceVersion();
                return;
            }
            changes.addFirst(change);
            bytes += change.weight();
        }
    }

    void add(CachedChange change) {
        changes.addLast(change);
        bytes += change.weight();
        while (changes.size() > maxCount || bytes > maxBytes) {
            CachedChange oldest = changes.removeFirst();
            bytes -= oldest.weight();
            start = oldest.resourceVersion();
            undoableFrom = Math.max(undoableFrom, start);
        }
    }

    /** The changes after this version know the versions of the objects before them, so that they can be undone. */
    long undoableFrom() {
        return undoableFrom;
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
