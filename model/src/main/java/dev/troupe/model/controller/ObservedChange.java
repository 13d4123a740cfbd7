package dev.troupe.model.controller;

import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.util.Optional;

/**
 * One change of one object as a controller saw it.
 *
 * @param before empty if the object is new
 * @param after empty if the object is gone
 */
public record ObservedChange(Optional<StoredObject> before, Optional<StoredObject> after) {
    public ObservedChange {
        if (before.isEmpty() && after.isEmpty()) {
            throw new IllegalArgumentException("a change of nothing");
        }
    }

    /** The object, as it is now or as it last was. */
    public StoredObject object() {
        return after.or(() -> before).orElseThrow();
    }

    public ObjectKey key() {
        return object().key();
    }
}
