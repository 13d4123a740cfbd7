package dev.troupe.node.runtime;

/** The runtime's own name of a sandbox; for Docker the pause container's id. */
public record SandboxId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
