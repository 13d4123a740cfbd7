package dev.troupe.model.api;

import dev.troupe.model.resource.StoredObject;

/** One change in resourceVersion order. */
public sealed interface WatchEvent {
    long resourceVersion();

    /** The object appeared, or began to match the selectors. */
    record Added(StoredObject object) implements WatchEvent {
        @Override
        public long resourceVersion() {
            return object.resourceVersion();
        }
    }

    record Modified(StoredObject object) implements WatchEvent {
        @Override
        public long resourceVersion() {
            return object.resourceVersion();
        }
    }

    /** The object's last state, with the version of its deletion (or of its ceasing to match). */
    record Deleted(StoredObject object) implements WatchEvent {
        @Override
        public long resourceVersion() {
            return object.resourceVersion();
        }
    }

    /** Nothing up to this version is outstanding. */
    record Bookmark(long resourceVersion, boolean endsInitialEvents) implements WatchEvent {}
}
