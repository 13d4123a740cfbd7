package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an update may change of a pod: images, the deadline downward, more tolerations, fewer scheduling gates. */
public final class PodUpdateValidation {
    private static final String ALLOWED = "pod updates may not change fields other than `spec.containers[*].image`,"
            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
            + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously"
            + " negative)\n";

    private final Field spec;
    private final JsonNode oldSpec;
    private final Faults faults;

    private PodUpdateValidation(JsonNode pod, JsonNode old, Faults faults) {
        this.spec = new Field("spec", pod.path("spec"));
        this.oldSpec = old.path("spec");
        this.faults = faults;
    }

    /** Adds the faults of a change, beyond those of the new pod itself. */
    public static void validate(JsonNode pod, JsonNode old, Faults faults) {
        Field annotations =
                new Field("metadata.annotations", pod.path("metadata").path("annotations"));
        PodAnnotationValidation.validateUpdate(
                annotations, annotations.with(old.path("metadata").path("annotations")), faults);
        new PodUpdateValidation(pod, old, faults).validate();
    }

    private void validate() {
        for (String list : List.of("containers", "initContainers")) {
            if (spec.child(list).value().size() != oldSpec.path(list).size()) {
                faults.forbidden(spec.child(list), "pod updates may not add or remove containers");
                return;
            }
        }
        if (!deadline()) {
            return;
        }
        tolerations();
        schedulingGates();
        if (spec.value().equals(oldSpec) || !(spec.value() instanceof ObjectNode changed)) {
            return;
        }
        ObjectNode munged = changed.deepCopy();
        restoreUpdatable(munged);
        if (!oldSpec.path("schedulingGates").isEmpty()) {
            GatedPodValidation.restoreAllowed(munged, oldSpec, faults);
        }
        if (!munged.equals(oldSpec)) {
            faults.forbidden(spec, ALLOWED + PodSpecDiff.between(oldSpec, munged));
        }
    }

    /** False if nothing more is worth checking. */
    private boolean deadline() {
        Field deadline = spec.child("activeDeadlineSeconds");
        boolean had = oldSpec.hasNonNull("activeDeadlineSeconds");
        if (deadline.present()) {
            if (deadline.number() < 0 || deadline.number() > Integer.MAX_VALUE) {
                faults.invalid(deadline, Formats.inclusiveRange(0, Integer.MAX_VALUE));
                return false;
            }
            if (had && oldSpec.path("activeDeadlineSeconds").asLong() < deadline.number()) {
                faults.invalid(deadline, "must be less than or equal to previous value");
                return false;
            }
        } else if (had) {
            faults.add(FieldError.invalid(
                    deadline.path(), "null", "must not update from a positive integer to nil value"));
        }
        return true;
    }

    private void tolerations() {
        for (JsonNode old : oldSpec.path("tolerations")) {
            boolean kept = false;
            for (JsonNode toleration : spec.child("tolerations").value()) {
                kept |= withoutSeconds(toleration).equals(withoutSeconds(old));
            }
            if (!kept) {
                faults.forbidden(
                        spec.child("tolerations"),
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static JsonNode withoutSeconds(JsonNode toleration) {
        ObjectNode copy = toleration.deepCopy();
        copy.remove("tolerationSeconds");
        return copy;
    }

    private void schedulingGates() {
        Set<String> before = new HashSet<>();
        oldSpec.path("schedulingGates")
                .forEach(gate -> before.add(gate.path("name").asText()));
        for (Field gate : spec.child("schedulingGates").items()) {
            String name = gate.text("name");
            if (!before.contains(name)) {
                faults.forbidden(
                        gate.child("name"), "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
        }
    }

    private void restoreUpdatable(ObjectNode munged) {
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectNode> containers = Trees.objects(munged.path(list));
            for (int i = 0; i < containers.size(); i++) {
                containers.get(i).set("image", oldSpec.path(list).path(i).get("image"));
            }
        }
        restore(munged, "activeDeadlineSeconds");
        restore(munged, "schedulingGates");
        restore(munged, "tolerations");
        boolean wasNegative = oldSpec.path("terminationGracePeriodSeconds").asLong(0) < 0;
        if (wasNegative && munged.path("terminationGracePeriodSeconds").asLong(0) == 1) {
            restore(munged, "terminationGracePeriodSeconds");
        }
    }

    private void restore(ObjectNode munged, String field) {
        JsonNode old = oldSpec.get(field);
        if (old == null) {
            munged.remove(field);
        } else {
            munged.set(field, old);
        }
    }
}
