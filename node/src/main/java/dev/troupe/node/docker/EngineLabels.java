package dev.troupe.node.docker;

import dev.troupe.node.runtime.PodIdentity;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The labels by which a container is known as Troupe's, and all that is known of it after a restart. Kubernetes' own
 * where it has them, so that tools that read those work.
 *
 * @param cluster id of the cluster: several may share an engine
 * @param node several nodes may too
 */
record EngineLabels(String cluster, String node) {
    static final String CLUSTER = "dev.troupe.cluster";
    static final String NODE = "dev.troupe.node";
    static final String ATTEMPT = "dev.troupe.attempt";
    static final String ADDRESS = "dev.troupe.pod-address";
    static final String SANDBOX = "io.kubernetes.sandbox.id";
    static final String TYPE = "io.kubernetes.docker.type";
    static final String TYPE_SANDBOX = "podsandbox";
    static final String TYPE_CONTAINER = "container";
    static final String POD_NAME = "io.kubernetes.pod.name";
    static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    static final String POD_UID = "io.kubernetes.pod.uid";
    static final String CONTAINER_NAME = "io.kubernetes.container.name";
    private static final String ANNOTATION = "annotation.";

    /** What selects this node's containers. */
    Map<String, String> ofNode() {
        return Map.of(CLUSTER, cluster, NODE, node);
    }

    /** What selects this cluster's containers. */
    Map<String, String> ofCluster() {
        return Map.of(CLUSTER, cluster);
    }

    Map<String, String> of(PodIdentity pod, String type, String containerName, int attempt) {
        Map<String, String> labels = new LinkedHashMap<>(ofNode());
        labels.put(TYPE, type);
        labels.put(POD_NAME, pod.name());
        labels.put(POD_NAMESPACE, pod.namespace());
        labels.put(POD_UID, pod.uid());
        labels.put(CONTAINER_NAME, containerName);
        labels.put(ATTEMPT, Integer.toString(attempt));
        return labels;
    }

    static PodIdentity pod(Map<String, String> labels) {
        return new PodIdentity(
                labels.getOrDefault(POD_NAMESPACE, ""),
                labels.getOrDefault(POD_NAME, ""),
                labels.getOrDefault(POD_UID, ""));
    }

    static boolean isSandbox(Map<String, String> labels) {
        return labels.getOrDefault(TYPE, "").equals(TYPE_SANDBOX);
    }

    static int attempt(Map<String, String> labels) {
        return Integer.parseInt(labels.getOrDefault(ATTEMPT, "0"));
    }

    static void putAnnotations(Map<String, String> labels, Map<String, String> annotations) {
        annotations.forEach((key, value) -> labels.put(ANNOTATION + key, value));
    }

    static Map<String, String> annotations(Map<String, String> labels) {
        Map<String, String> annotations = new LinkedHashMap<>();
        labels.forEach((key, value) -> {
            if (key.startsWith(ANNOTATION)) {
                annotations.put(key.substring(ANNOTATION.length()), value);
            }
        });
        return annotations;
    }

    /** The name of a container: unique by pod, name and attempt, which guards against making one twice. */
    static String name(PodIdentity pod, String container, int attempt) {
        return "k8s_" + container + "_" + pod.name() + "_" + pod.namespace() + "_" + pod.uid() + "_" + attempt;
    }
}
