package dev.troupe.model.api;

import dev.troupe.model.resource.StoredObject;
import java.util.List;

/**
 * What a write did.
 *
 * @param object the object as it is now; for a removal its last state
 * @param effect what happened
 * @param warnings texts for {@code Warning} headers
 */
public record WriteResult(StoredObject object, Effect effect, List<String> warnings) {

    /** What happened to the object. */
    public enum Effect {
        CREATED,
        UPDATED,
        /** The update changed nothing; no new version. */
        UNCHANGED,
        /** Deletion has begun: finalizers or a grace period keep the object for now. */
        DELETION_REQUESTED,
        REMOVED
    }

    public WriteResult {
        warnings = List.copyOf(warnings);
    }
}
