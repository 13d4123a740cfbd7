package dev.troupe.model.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.status.FieldError;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Everything that is particular to one kind; all verbs are generic and written once. Adding a kind is one strategy and
 * one table. Every method is pure: no clock, no chance, no I/O; objects handed in as {@link ObjectNode} may be changed
 * in place where the method says so, {@link JsonNode} never.
 */
public interface ResourceStrategy {
    ResourceType type();

    /** Columns and cells for {@code kubectl get}. */
    TableDefinition table();

    /** Clears in place what a client may not set on create, such as status. Runs before defaults. */
    default void prepareForCreate(ObjectNode object) {
        if (type().hasSubresource("status")) {
            object.remove("status");
        }
    }

    /** Restores in place what an update of the main resource may not change, such as status. */
    default void prepareForUpdate(ObjectNode object, JsonNode old) {
        if (type().hasSubresource("status")) {
            JsonNode status = old.get("status");
            if (status == null) {
                object.remove("status");
            } else {
                object.set("status", status.deepCopy());
            }
        }
    }

    /** Restores in place what an update of the status subresource may not change: all but status and metadata. */
    default void prepareForStatusUpdate(ObjectNode object, JsonNode old) {
        List<String> own = new java.util.ArrayList<>();
        object.fieldNames().forEachRemaining(own::add);
        for (String field : own) {
            if (!field.equals("status") && !field.equals("metadata") && !old.has(field)) {
                object.remove(field);
            }
        }
        old.properties().forEach(field -> {
            if (!field.getKey().equals("status") && !field.getKey().equals("metadata")) {
                object.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }

    /** Restores in place what the finalize subresource may not change: all but spec.finalizers. */
    default void prepareForFinalize(ObjectNode object, JsonNode old) {
        JsonNode finalizers = object.path("spec").path("finalizers").deepCopy();
        List<String> fields = new java.util.ArrayList<>();
        object.fieldNames().forEachRemaining(fields::add);
        object.remove(fields);
        old.properties()
                .forEach(field -> object.set(field.getKey(), field.getValue().deepCopy()));
        if (finalizers.isMissingNode() || finalizers.isEmpty()) {
            object.withObject("spec").remove("finalizers");
        } else {
            object.withObject("spec").set("finalizers", finalizers);
        }
    }

    /** Restores in place what the approval subresource may not change; only kinds that have it need this. */
    default void prepareForApproval(ObjectNode object, JsonNode old) {
        prepareForStatusUpdate(object, old);
    }

    /** Changes in place an object whose deletion begins but must wait, such as a namespace's phase. */
    default void prepareForDeletion(ObjectNode object) {}

    /** Fills defaults in place. Idempotent. Runs on every decode, create and update alike. */
    default void applyDefaults(ObjectNode object) {}

    /** Faults of a new object beyond metadata's, all at once, in Kubernetes' order and words. */
    default List<FieldError> validateCreate(JsonNode object) {
        return List.of();
    }

    /** Faults of a changed object beyond metadata's. */
    default List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return List.of();
    }

    default List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        return List.of();
    }

    /** Texts for {@code Warning} headers, such as for deprecated fields. */
    default List<String> warnings(JsonNode object) {
        return List.of();
    }

    /** Faults of {@code metadata.name}; the default is a DNS-1123 subdomain. */
    default List<String> validateName(String name, boolean prefix) {
        return ObjectNames.dns1123Subdomain(name, prefix);
    }

    /** Whether metadata.generation is kept: 1 on create, one more on each change of spec. */
    default boolean tracksGeneration() {
        return type().hasSubresource("status");
    }

    /** True where a change beyond spec raises metadata.generation too. */
    default boolean raisesGeneration(JsonNode object, JsonNode old) {
        return false;
    }

    /** False where an update must carry a resourceVersion. */
    default boolean allowsUnconditionalUpdate() {
        return true;
    }

    /** True where PUT to a free name creates, as for Lease and Event. */
    default boolean allowsCreateOnUpdate() {
        return false;
    }

    /** The fields a field selector may name beside metadata.name and metadata.namespace. */
    default Set<String> selectableFields() {
        return Set.of();
    }

    /** Values of {@link #selectableFields()}, "" where unset. */
    default Map<String, String> fields(JsonNode object) {
        return Map.of();
    }

    /**
     * Seconds of graceful deletion. Empty: the object goes at once. For pods: the grace period; 0 means now.
     */
    default OptionalLong gracePeriodSeconds(JsonNode object, DeleteOptions options) {
        return OptionalLong.empty();
    }

    /** True while finalizers outside metadata hold a deletion: {@code kubernetes} in a namespace's spec. */
    default boolean deletionWaitsForSpecFinalizers(JsonNode object) {
        return false;
    }

    /** True where the default deletion leaves dependents, as for ReplicationController. */
    default boolean orphansDependentsByDefault() {
        return false;
    }

    /** True for kinds whose values must be encrypted in the journal: Secret. */
    default boolean isSecret() {
        return false;
    }

    /** True for kinds kept by a short retention of their own: Lease, Event. */
    default boolean isEphemeral() {
        return false;
    }

    /**
     * The journal event's domain word for a change, for example {@code PodBound}, {@code DeploymentScaled}.
     *
     * @param verb create, update, patch, delete
     * @param subresource empty for the object itself
     * @param old a missing node on create
     * @param object a missing node on removal
     */
    default String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (old.isMissingNode()) {
            return type().kind() + "Created";
        }
        if (object.isMissingNode()) {
            return type().kind() + "Deleted";
        }
        if (!old.path("metadata").has("deletionTimestamp")
                && object.path("metadata").has("deletionTimestamp")) {
            return type().kind() + "DeletionRequested";
        }
        return subresource.equals("status") ? type().kind() + "StatusReported" : "ResourceUpdated";
    }
}
