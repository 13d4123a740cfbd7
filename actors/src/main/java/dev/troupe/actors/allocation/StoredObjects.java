package dev.troupe.actors.allocation;

import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What allocation reads of stored objects. Reads block, but for the glance, and throw {@link ReadFailure}. */
public interface StoredObjects {
    /** What this member has seen. */
    Optional<StoredObject> glance(ObjectKey key);

    /** Completes when a glance sees every write of a resource that was acknowledged before; else a status. */
    CompletionStage<Optional<Status>> upToDate(GroupResource resource);

    /** Sees every write that was acknowledged before. */
    Optional<StoredObject> latest(ObjectKey key);

    /** All of a resource; sees every write that was acknowledged before. */
    List<StoredObject> all(ResourceType type);
}
