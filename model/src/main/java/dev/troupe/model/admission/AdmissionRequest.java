package dev.troupe.model.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.util.Optional;

/**
 * A write before it is decided.
 *
 * @param key of the object; its name may be empty only where the name is yet to be generated
 * @param subresource empty for the object itself
 * @param object as the client sent it, to be changed in place; absent for a delete. For a patch, the patched object
 * @param old as it is stored; a missing node where it is not known or does not exist
 */
public record AdmissionRequest(
        Operation operation,
        ResourceType type,
        ObjectKey key,
        String subresource,
        Optional<ObjectNode> object,
        JsonNode old,
        Caller caller) {

    /** What is done; a patch is an update. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE
    }

    /** A new object. */
    public static AdmissionRequest create(ResourceType type, ObjectKey key, ObjectNode object, Caller caller) {
        return new AdmissionRequest(
                Operation.CREATE,
                type,
                key,
                "",
                Optional.of(object),
                Json.object().path("absent"),
                caller);
    }

    /** The deletion of an object. */
    public static AdmissionRequest delete(ResourceType type, ObjectKey key, JsonNode old, Caller caller) {
        return new AdmissionRequest(Operation.DELETE, type, key, "", Optional.empty(), old, caller);
    }

    /** This request for a subresource. */
    public AdmissionRequest on(String newSubresource) {
        return new AdmissionRequest(operation, type, key, newSubresource, object, old, caller);
    }

    public String namespace() {
        return key.name().namespace();
    }

    public String name() {
        return key.name().name();
    }

    boolean isFor(ResourceType other) {
        return type.groupResource().equals(other.groupResource());
    }

    boolean isCreate() {
        return operation == Operation.CREATE;
    }

    /** Whether this creates an object of a resource, and not a subresource of one. */
    boolean creates(ResourceType other) {
        return isCreate() && subresource.isEmpty() && isFor(other);
    }

    /** The object; a missing node for a delete. */
    JsonNode sent() {
        return object.<JsonNode>map(present -> present)
                .orElseGet(() -> Json.object().path("absent"));
    }

    /** 403 for this write. */
    Status forbidden(String why) {
        return Status.forbidden(resource(), shownName(), why);
    }

    /** 403 for this write, with a cause that programs read. */
    Status forbidden(String why, Status.Cause cause) {
        return Status.forbidden(resource(), shownName(), why, cause);
    }

    private GroupResource resource() {
        return type.groupResource();
    }

    private String shownName() {
        if (!name().isEmpty()) {
            return name();
        }
        String generateName = Json.text(sent(), "metadata", "generateName");
        return generateName.isEmpty() ? "Unknown" : generateName;
    }
}
