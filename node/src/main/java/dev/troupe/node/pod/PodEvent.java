package dev.troupe.node.pod;

/**
 * An event about a pod or one of its containers, in the kubelet's words.
 *
 * @param warning else it is Normal
 * @param fieldPath of the container; empty for the pod
 */
public record PodEvent(boolean warning, String reason, String message, String fieldPath) {

    public static PodEvent normal(String reason, String message) {
        return new PodEvent(false, reason, message, "");
    }

    public static PodEvent warning(String reason, String message) {
        return new PodEvent(true, reason, message, "");
    }

    public PodEvent of(ContainerView container) {
        return new PodEvent(warning, reason, message, container.fieldPath());
    }
}
