package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.pod.PodAdmission;
import dev.troupe.model.kind.pod.PodAffinityKeys;
import dev.troupe.model.kind.pod.PodAnnotationValidation;
import dev.troupe.model.kind.pod.PodQos;
import dev.troupe.model.kind.pod.PodSpecDefaults;
import dev.troupe.model.kind.pod.PodSpecValidation;
import dev.troupe.model.kind.pod.PodStatusDefaults;
import dev.troupe.model.kind.pod.PodStatusValidation;
import dev.troupe.model.kind.pod.PodUpdateValidation;
import dev.troupe.model.kind.pod.PodWarnings;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import dev.troupe.model.status.FieldError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Pods: immutable but for a few fields once made, and deleted gracefully while a node may run them. */
final class PodStrategy implements ResourceStrategy {
    private static final TableDefinition TABLE = new PodTable();
    private static final Set<String> SELECTABLE = Set.of(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName");

    @Override
    public ResourceType type() {
        return BuiltInTypes.PODS;
    }

    @Override
    public TableDefinition table() {
        return TABLE;
    }

    /** Pods have no generation in 1.32. */
    @Override
    public boolean tracksGeneration() {
        return false;
    }

    @Override
    public void prepareForCreate(ObjectNode pod) {
        pod.remove("status");
        PodAdmission.admit(Json.objectAt(pod, "spec"));
        PodAffinityKeys.resolve(pod);
        applyDefaults(pod);
        ObjectNode status = pod.putObject("status");
        status.put("phase", "Pending").put("qosClass", PodQos.of(pod.path("spec")));
        if (!pod.path("spec").path("schedulingGates").isEmpty()) {
            status.putArray("conditions")
                    .addObject()
                    .put("type", "PodScheduled")
                    .put("status", "False")
                    .putNull("lastProbeTime")
                    .putNull("lastTransitionTime")
                    .put("reason", "SchedulingGated")
                    .put("message", "Scheduling is blocked due to non-empty scheduling gates");
        }
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode pod, JsonNode old) {
        ResourceStrategy.super.prepareForStatusUpdate(pod, old);
        ObjectNode metadata = Json.objectAt(pod, "metadata");
        JsonNode owners = old.path("metadata").get("ownerReferences");
        if (owners == null) {
            metadata.remove("ownerReferences");
        } else {
            metadata.set("ownerReferences", owners.deepCopy());
        }
        String qos = Json.text(old, "status", "qosClass");
        ObjectNode status = Json.objectAt(pod, "status");
        if (Json.text(status, "qosClass").isEmpty() && !qos.isEmpty()) {
            status.put("qosClass", qos);
        }
    }

    @Override
    public void applyDefaults(ObjectNode pod) {
        PodSpecDefaults.applyToPod(Json.objectAt(pod, "spec"));
        PodStatusDefaults.apply(Json.objectAt(pod, "status"));
    }

    @Override
    public List<FieldError> validateCreate(JsonNode pod) {
        Faults faults = new Faults();
        validate(pod, faults);
        Field spec = new Field("spec", pod.path("spec"));
        if (!spec.child("ephemeralContainers").value().isEmpty()) {
            faults.forbidden(spec.child("ephemeralContainers"), "cannot be set on create");
        }
        if (!spec.child("nodeName").isBlank()
                && !spec.child("schedulingGates").value().isEmpty()) {
            faults.forbidden(spec.child("nodeName"), "cannot be set until all schedulingGates have been cleared");
        }
        return faults.list();
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode pod, JsonNode old) {
        Faults faults = new Faults();
        validate(pod, faults);
        PodUpdateValidation.validate(pod, old, faults);
        return faults.list();
    }

    private static void validate(JsonNode pod, Faults faults) {
        Field spec = new Field("spec", pod.path("spec"));
        Field annotations =
                new Field("metadata.annotations", pod.path("metadata").path("annotations"));
        PodAnnotationValidation.validate(annotations, spec, faults);
        PodSpecValidation.inPod().validate(spec, faults);
        PodSpecValidation.onlyInPod(spec, faults);
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode pod, JsonNode old) {
        Faults faults = new Faults();
        PodStatusValidation.validate(pod, old, faults);
        return faults.list();
    }

    /** A pod is hardly ever updated by hand, so only a new one, which no node has yet, is worth a word. */
    @Override
    public List<String> warnings(JsonNode pod) {
        boolean isNew = Json.text(pod, "status", "phase").equals("Pending")
                && Json.text(pod, "spec", "nodeName").isEmpty();
        return isNew ? PodWarnings.ofPod(pod) : List.of();
    }

    @Override
    public Set<String> selectableFields() {
        return SELECTABLE;
    }

    @Override
    public Map<String, String> fields(JsonNode pod) {
        Map<String, String> fields = new HashMap<>();
        JsonNode spec = pod.path("spec");
        JsonNode status = pod.path("status");
        for (String field : List.of("nodeName", "restartPolicy", "schedulerName", "serviceAccountName")) {
            fields.put("spec." + field, Json.text(spec, field));
        }
        fields.put("spec.hostNetwork", Boolean.toString(Json.bool(spec, "hostNetwork")));
        fields.put("status.phase", Json.text(status, "phase"));
        fields.put("status.podIP", Json.text(status.path("podIPs").path(0), "ip"));
        fields.put("status.nominatedNodeName", Json.text(status, "nominatedNodeName"));
        return fields;
    }

    @Override
    public OptionalLong gracePeriodSeconds(JsonNode pod, DeleteOptions options) {
        String phase = Json.text(pod, "status", "phase");
        boolean nothingRuns =
                Json.text(pod, "spec", "nodeName").isEmpty() || phase.equals("Failed") || phase.equals("Succeeded");
        if (nothingRuns) {
            return OptionalLong.of(0);
        }
        long seconds = options.gracePeriodSeconds()
                .orElse(pod.path("spec").path("terminationGracePeriodSeconds").asLong(0));
        return OptionalLong.of(seconds < 0 ? 1 : seconds);
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode pod) {
        return subresource.equals("binding")
                ? "PodBound"
                : ResourceStrategy.super.eventName(verb, subresource, old, pod);
    }
}
