package dev.troupe.model.entity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.WriteResult.Effect;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.List;

/** The binding subresource of pods: gives an unassigned pod its node, once. */
final class PodBinding {
    private static final GroupResource BINDINGS = new GroupResource("", "pods/binding");

    private PodBinding() {}

    static Decision decide(Change change, Write.BindPod bind) {
        String node = Json.text(bind.binding(), "target", "name");
        String name = change.request().key().name().name();
        if (node.isEmpty()) {
            return new Decision.Rejected(
                    Status.invalid("", "Binding", name, List.of(FieldError.required("target.name", ""))));
        }
        String uid = Json.text(bind.binding(), "metadata", "uid");
        String currentUid = Json.text(change.current(), "metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(currentUid)) {
            return conflict(
                    name, "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + currentUid);
        }
        String bound = Json.text(change.current(), "spec", "nodeName");
        if (!bound.isEmpty()) {
            return conflict(name, "pod " + name + " is already assigned to node \"" + bound + "\"");
        }
        if (change.current().path("metadata").has("deletionTimestamp")) {
            return conflict(name, "pod " + name + " is being deleted, cannot be assigned to a host");
        }
        if (!change.current().path("spec").path("schedulingGates").isEmpty()) {
            return conflict(name, "pod " + name + " has non-empty .spec.schedulingGates");
        }
        ObjectNode pod = change.current().deepCopy();
        Json.objectAt(pod, "spec").put("nodeName", node);
        bind.binding()
                .path("metadata")
                .path("annotations")
                .properties()
                .forEach(annotation ->
                        Json.objectAt(pod, "metadata", "annotations").set(annotation.getKey(), annotation.getValue()));
        setScheduled(pod, Change.timestamp(change.request().now()));
        return change.keep(pod, Effect.UPDATED, bind.options().dryRun(), List.of());
    }

    private static Decision conflict(String name, String why) {
        return new Decision.Rejected(Status.conflict(BINDINGS, name, why));
    }

    private static void setScheduled(ObjectNode pod, String now) {
        ObjectNode status = Json.objectAt(pod, "status");
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
        for (int i = 0; i < conditions.size(); i++) {
            if (Json.text(conditions.get(i), "type").equals("PodScheduled")) {
                conditions.remove(i);
                break;
            }
        }
        conditions
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "True")
                .putNull("lastProbeTime")
                .put("lastTransitionTime", now);
    }
}
