package dev.troupe.node.runtime;

/** A login for an image registry. */
public record RegistryCredentials(String registry, String username, String password) {
    @Override
    public String toString() {
        return "RegistryCredentials[" + registry + ", " + username + "]";
    }
}
