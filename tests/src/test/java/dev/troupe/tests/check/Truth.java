package dev.troupe.tests.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Everything that happened to the objects of one resource, in the order of versions: what watches are held against. */
public final class Truth {
    /** What a change did. */
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    /**
     * One change.
     *
     * @param content the object without its version, in any form that is equal for equal objects; of a deleted object
     *     the last one
     */
    public record Change(long version, Kind kind, String object, String content) {}

    private final TreeMap<Long, Change> changes = new TreeMap<>();

    /** @param changes in the order of versions */
    public Truth(List<Change> changes) {
        for (Change change : changes) {
            if (!this.changes.isEmpty() && change.version() <= this.changes.lastKey()) {
                throw new IllegalArgumentException("not in order: " + change);
            }
            this.changes.put(change.version(), change);
        }
    }

    /** What a watch sees that follows only objects with certain contents: one that ceases to match is deleted. */
    public Truth where(Predicate<String> matches) {
        Map<String, String> matching = new HashMap<>();
        List<Change> seen = new ArrayList<>();
        for (Change change : changes.values()) {
            String before = matching.get(change.object());
            boolean after = change.kind() != Kind.DELETED && matches.test(change.content());
            if (after) {
                matching.put(change.object(), change.content());
                Kind kind = before == null ? Kind.ADDED : Kind.MODIFIED;
                seen.add(new Change(change.version(), kind, change.object(), change.content()));
            } else if (before != null) {
                matching.remove(change.object());
                seen.add(new Change(change.version(), Kind.DELETED, change.object(), before));
            }
        }
        return new Truth(seen);
    }

    /** The first change after a version. */
    Optional<Change> after(long version) {
        return Optional.ofNullable(changes.higherEntry(version)).map(Map.Entry::getValue);
    }

    /** The change that has a version. */
    public Optional<Change> of(long version) {
        return Optional.ofNullable(changes.get(version));
    }

    /** The objects as of a version: their last changes by name. */
    public Map<String, Change> at(long version) {
        Map<String, Change> objects = new TreeMap<>();
        for (Change change : changes.headMap(version, true).values()) {
            if (change.kind() == Kind.DELETED) {
                objects.remove(change.object());
            } else {
                objects.put(change.object(), change);
            }
        }
        return objects;
    }

    public int size() {
        return changes.size();
    }

    /** 0 if nothing happened. */
    public long lastVersion() {
        return changes.isEmpty() ? 0 : changes.lastKey();
    }
}
