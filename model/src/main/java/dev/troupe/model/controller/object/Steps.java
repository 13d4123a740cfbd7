package dev.troupe.model.controller.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Patch;
import dev.troupe.model.controller.Announcement;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import java.util.Optional;

/** Plan steps with the preconditions that the observed objects give. */
public final class Steps {
    private Steps() {}

    /** Replaces an object by a changed copy of it, if it is one. */
    public static Optional<PlanStep> update(StoredObject observed, ObjectNode changed) {
        return update(observed, "", changed);
    }

    /** Replaces an object's status by that of a changed copy, if it is one. */
    public static Optional<PlanStep> updateStatus(StoredObject observed, ObjectNode changed) {
        return update(observed, "status", changed);
    }

    /** Replaces an object or a subresource of it by a changed copy, if it is one. */
    public static Optional<PlanStep> update(StoredObject observed, String subresource, ObjectNode changed) {
        // Read back, because a tree takes an int and a long of the same value for different.
        ObjectNode written = Json.parseObject(Json.bytes(changed));
        return written.equals(observed.tree())
                ? Optional.empty()
                : Optional.of(new PlanStep.Update(observed.key(), subresource, written));
    }

    public static PlanStep.Delete delete(StoredObject observed) {
        return new PlanStep.Delete(observed.key(), onlyThis(observed));
    }

    public static PlanStep.Delete delete(StoredObject observed, Announcement announcement) {
        return new PlanStep.Delete(observed.key(), onlyThis(observed), Optional.of(announcement));
    }

    public static DeleteOptions onlyThis(StoredObject observed) {
        return DeleteOptions.defaults().onlyUid(observed.meta().uid());
    }

    public static PlanStep.RecordEvent normal(StoredObject about, String reason, String message) {
        return new PlanStep.RecordEvent(about, "Normal", reason, message);
    }

    public static PlanStep.RecordEvent warning(StoredObject about, String reason, String message) {
        return new PlanStep.RecordEvent(about, "Warning", reason, message);
    }

    /** The owner's deletion must not have begun. */
    public static PlanStep.Require active(StoredObject observed) {
        return new PlanStep.Require(observed.key(), observed.meta().uid(), PlanStep.Expectation.ACTIVE);
    }

    /** Makes an owner the controller of an object. */
    public static PlanStep.Change adopt(StoredObject object, StoredObject owner) {
        ObjectNode patch = Json.object();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("uid", object.meta().uid());
        metadata.putArray("ownerReferences").add(controllerReference(owner));
        return new PlanStep.Change(object.key(), "", new Patch.StrategicMergePatch(patch));
    }

    /** Takes an owner's reference from an object. */
    public static PlanStep.Change release(StoredObject object, String ownerUid) {
        ObjectNode patch = Json.object();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("uid", object.meta().uid());
        metadata.putArray("ownerReferences").addObject().put("$patch", "delete").put("uid", ownerUid);
        return new PlanStep.Change(object.key(), "", new Patch.StrategicMergePatch(patch));
    }

    /** An owner reference to the controller of an object. */
    public static ObjectNode controllerReference(StoredObject owner) {
        ObjectNode reference = Json.object();
        reference
                .put("apiVersion", owner.type().apiVersion())
                .put("kind", owner.type().kind())
                .put("name", owner.meta().name())
                .put("uid", owner.meta().uid())
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        return reference;
    }
}
