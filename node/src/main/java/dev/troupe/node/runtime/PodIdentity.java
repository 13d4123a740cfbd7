package dev.troupe.node.runtime;

/** Which pod a sandbox or container belongs to; kept in the runtime's labels, so it outlives the agent. */
public record PodIdentity(String namespace, String name, String uid) {
    @Override
    public String toString() {
        return name + "_" + namespace + "(" + uid + ")";
    }
}
