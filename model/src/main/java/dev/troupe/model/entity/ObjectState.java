package dev.troupe.model.entity;

import dev.troupe.model.journal.ResourceEvent;
import java.util.Arrays;

/**
 * What an entity's stream adds up to: the object's unversioned canonical bytes, empty while there is no object.
 *
 * @param uid of the present or last incarnation
 */
public record ObjectState(byte[] object, String uid) {
    public static final ObjectState ABSENT = new ObjectState(new byte[0], "");

    public boolean exists() {
        return object.length > 0;
    }

    /** The state after an event. Total: an event in the journal always applies. */
    public ObjectState apply(ResourceEvent event) {
        return new ObjectState(event.change().apply(object), event.uid());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ObjectState state && Arrays.equals(object, state.object) && uid.equals(state.uid);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(object) + uid.hashCode();
    }

    @Override
    public String toString() {
        return "ObjectState[" + object.length + " bytes, uid " + uid + "]";
    }
}
