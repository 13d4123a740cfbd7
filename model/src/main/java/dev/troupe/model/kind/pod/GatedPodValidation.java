package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What may change of a pod that its scheduling gates still hold: its node selector and affinity may get narrower. */
final class GatedPodValidation {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    private GatedPodValidation() {}

    /** Reports what got wider, and puts the old selector and affinity into the copy so that they count as unchanged. */
    static void restoreAllowed(ObjectNode munged, JsonNode oldSpec, Faults faults) {
        Field selector = new Field("spec.nodeSelector", munged.path("nodeSelector"));
        for (Map.Entry<String, JsonNode> old : oldSpec.path("nodeSelector").properties()) {
            if (!old.getValue().equals(selector.value().get(old.getKey()))) {
                faults.add(FieldError.invalidGo(
                        selector.path(),
                        GoSyntax.stringMap(selector.value()),
                        "only additions to spec.nodeSelector are allowed (no mutations or deletions)"));
                break;
            }
        }
        restore(munged, oldSpec, "nodeSelector");
        JsonNode before = Json.at(oldSpec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms");
        JsonNode after = Json.at(munged, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms");
        terms(before, after, faults);
        restoreNodeAffinity(munged, oldSpec);
    }

    private static void terms(JsonNode before, JsonNode after, Faults faults) {
        String path = "spec.affinity.nodeAffinity." + REQUIRED + ".nodeSelectorTerms";
        if (before.isEmpty()) {
            return;
        }
        if (before.size() != after.size()) {
            faults.add(FieldError.invalid(
                    path, after, "no additions/deletions to non-empty NodeSelectorTerms list are allowed"));
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            for (String list : List.of("matchExpressions", "matchFields")) {
                List<JsonNode> kept = new ArrayList<>();
                after.path(i).path(list).forEach(kept::add);
                for (JsonNode requirement : before.path(i).path(list)) {
                    if (!kept.contains(requirement)) {
                        faults.add(FieldError.invalid(
                                path + "[" + i + "]",
                                after.path(i),
                                "only additions are allowed (no mutations or deletions)"));
                        return;
                    }
                }
            }
        }
    }

    private static void restoreNodeAffinity(ObjectNode munged, JsonNode oldSpec) {
        JsonNode old = Json.at(oldSpec, "affinity", "nodeAffinity");
        if (!old.isMissingNode()) {
            Json.objectAt(munged, "affinity").set("nodeAffinity", old);
        } else if (munged.path("affinity") instanceof ObjectNode affinity) {
            affinity.remove("nodeAffinity");
            if (affinity.isEmpty() && !oldSpec.has("affinity")) {
                munged.remove("affinity");
            }
        }
    }

    private static void restore(ObjectNode munged, JsonNode oldSpec, String field) {
        JsonNode old = oldSpec.get(field);
        if (old == null) {
            munged.remove(field);
        } else {
            munged.set(field, old);
        }
    }
}
