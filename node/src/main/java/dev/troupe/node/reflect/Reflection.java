package dev.troupe.node.reflect;

import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import java.util.List;
import java.util.Map;

/** What a {@link Reflector} tells about its resource. */
public sealed interface Reflection {

    /** The whole state: at first, and again where changes may have been missed. */
    record Replaced(Map<NamespacedName, StoredObject> objects) implements Reflection {
        public Replaced {
            objects = Map.copyOf(objects);
        }
    }

    /** Changes since, in order. */
    record Changed(List<Change> changes) implements Reflection {
        public Changed {
            changes = List.copyOf(changes);
        }
    }

    /** One object's change. */
    sealed interface Change {
        StoredObject object();

        /** The object is new or has a new version. */
        record Set(StoredObject object) implements Change {}

        /** The object is gone; this was its last version. */
        record Removed(StoredObject object) implements Change {}
    }
}
