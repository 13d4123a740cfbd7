package dev.troupe.actors.allocation;

import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.util.List;
import java.util.Optional;

/** What allocation reads of stored objects. Blocking, but for the glance; they throw {@link ReadFailure}. */
public interface StoredObjects {
    /** What this member has seen. */
    Optional<StoredObject> glance(ObjectKey key);

    /** Sees every write that was acknowledged before. */
    Optional<StoredObject> latest(ObjectKey key);

    /** All of a resource; sees every write that was acknowledged before. */
    List<StoredObject> all(ResourceType type);
}
