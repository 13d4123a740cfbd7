package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.resource.ObjectNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts for {@code Warning} headers about specifications that are right but surprising. */
public final class PodWarnings {
    private static final Map<String, String> DEPRECATED_NODE_LABELS = Map.of(
            "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "beta.kubernetes.io/instance-type",
                    "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead");

    private PodWarnings() {}

    /** Warnings for a new pod. */
    public static List<String> ofPod(JsonNode pod) {
        List<String> warnings = new ArrayList<>();
        List<String> faults = ObjectNames.dns1123Label(Json.text(pod, "metadata", "name"), false);
        if (!faults.isEmpty()) {
            warnings.add("metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a"
                    + " DNS label is recommended: [" + String.join(" ", faults) + "]");
        }
        warnings.addAll(ofSpec(new Field("spec", pod.path("spec"))));
        return warnings;
    }

    /** Warnings for a specification in a pod or a template. */
    public static List<String> ofSpec(Field spec) {
        List<String> warnings = new ArrayList<>();
        Field selector = spec.child("nodeSelector");
        for (Map.Entry<String, JsonNode> label : selector.value().properties()) {
            String deprecation = DEPRECATED_NODE_LABELS.get(label.getKey());
            if (deprecation != null) {
                warnings.add(selector.key(label.getKey()).path() + ": " + deprecation);
            }
        }
        for (Field volume : spec.child("volumes").items()) {
            if (volume.child("gitRepo").present()) {
                warnings.add(volume.child("gitRepo").path() + ": deprecated in v1.11");
            }
        }
        for (String list : List.of("initContainers", "containers")) {
            spec.child(list).items().forEach(container -> duplicateVariables(container, warnings));
        }
        long grace = spec.child("terminationGracePeriodSeconds").number();
        if (grace < 0) {
            warnings.add(spec.child("terminationGracePeriodSeconds").path()
                    + ": must be >= 0; negative values are invalid and will be treated as 1");
        }
        return warnings;
    }

    private static void duplicateVariables(Field container, List<String> warnings) {
        List<String> seen = new ArrayList<>();
        for (Field variable : container.child("env").items()) {
            String name = variable.text("name");
            if (!name.isEmpty() && seen.contains(name)) {
                warnings.add(variable.path() + ": hides previous definition of \"" + name
                        + "\", which may be dropped when using apply");
            }
            seen.add(name);
        }
    }
}
