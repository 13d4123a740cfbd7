package dev.troupe.model.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Patch;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;

/**
 * One thing to do. Each step carries what must still hold for it: a stale step is refused by the object's entity,
 * harmlessly, and the plan is made again.
 */
public sealed interface PlanStep {
    /** Creates an object; refused if it exists. */
    record Create(ResourceType type, String namespace, ObjectNode object) implements PlanStep {}

    /**
     * Replaces an object or a subresource of it. The object carries {@code metadata.uid} and
     * {@code metadata.resourceVersion}, which must still be those of the stored object.
     */
    record Update(ObjectKey key, String subresource, ObjectNode object) implements PlanStep {}

    /**
     * Changes an object wherever it is now. The patch carries {@code metadata.uid} where the object may have been
     * replaced by a namesake.
     */
    record Change(ObjectKey key, String subresource, Patch patch) implements PlanStep {}

    /** Deletes an object; the options carry its uid. */
    record Delete(ObjectKey key, DeleteOptions options) implements PlanStep {}

    /**
     * Tells users about it with an API Event.
     *
     * @param type {@code Normal} or {@code Warning}
     * @param reason CamelCase, for example {@code SuccessfulCreate}
     */
    record RecordEvent(StoredObject about, String type, String reason, String message) implements PlanStep {}
}
