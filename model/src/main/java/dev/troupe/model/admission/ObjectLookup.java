package dev.troupe.model.admission;

import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.util.Optional;

/** The cluster as admission sees it: {@code ClusterView::get}, or any other way to read one object without waiting. */
@FunctionalInterface
public interface ObjectLookup {
    Optional<StoredObject> get(ObjectKey key);
}
