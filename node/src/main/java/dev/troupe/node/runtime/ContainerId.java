package dev.troupe.node.runtime;

/** The runtime's own name of a container, without the {@code docker://} that a pod's status puts before it. */
public record ContainerId(String value) {

    /** From a status field such as {@code docker://4f5c...}. */
    public static ContainerId ofStatus(String containerId) {
        int scheme = containerId.indexOf("://");
        return new ContainerId(scheme < 0 ? containerId : containerId.substring(scheme + 3));
    }

    @Override
    public String toString() {
        return value;
    }
}
