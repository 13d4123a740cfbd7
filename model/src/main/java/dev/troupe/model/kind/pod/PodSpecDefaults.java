package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;

/** Fills a pod specification's defaults in place, as Kubernetes 1.32 does on every decode. Idempotent. */
public final class PodSpecDefaults {
    private PodSpecDefaults() {}

    /** The defaults of every specification, in pods and in templates. */
    public static void apply(ObjectNode spec) {
        Trees.putIfAbsent(spec, "restartPolicy", "Always");
        Trees.putIfAbsent(spec, "terminationGracePeriodSeconds", 30);
        Trees.putIfAbsent(spec, "dnsPolicy", "ClusterFirst");
        Trees.putObjectIfAbsent(spec, "securityContext");
        Trees.putIfAbsent(spec, "schedulerName", "default-scheduler");
        Trees.dropZeros(spec, "hostNetwork", "hostPID", "hostIPC");
        mirrorServiceAccount(spec);
        Trees.objects(spec.path("volumes")).forEach(VolumeDefaults::apply);
        Trees.objects(spec.path("initContainers")).forEach(ContainerDefaults::apply);
        Trees.objects(spec.path("containers")).forEach(ContainerDefaults::apply);
        Trees.objects(spec.path("ephemeralContainers")).forEach(ContainerDefaults::apply);
        if (spec.path("overhead") instanceof ObjectNode overhead) {
            ContainerDefaults.resourceList(overhead);
        }
    }

    /** The defaults that only a pod has, on top of {@link #apply}. */
    public static void applyToPod(ObjectNode spec) {
        apply(spec);
        Trees.objects(spec.path("containers")).forEach(ContainerDefaults::requestsFromLimits);
        Trees.objects(spec.path("initContainers")).forEach(ContainerDefaults::requestsFromLimits);
        if (!spec.hasNonNull("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        if (Json.bool(spec, "hostNetwork")) {
            Trees.objects(spec.path("containers")).forEach(ContainerDefaults::hostPorts);
            Trees.objects(spec.path("initContainers")).forEach(ContainerDefaults::hostPorts);
        }
    }

    /** The old name of the field follows the new one; where both are set the new one wins. */
    private static void mirrorServiceAccount(ObjectNode spec) {
        String name = Json.optionalText(spec, "serviceAccountName").orElseGet(() -> Json.text(spec, "serviceAccount"));
        if (!name.isEmpty()) {
            spec.put("serviceAccountName", name).put("serviceAccount", name);
        }
    }
}
