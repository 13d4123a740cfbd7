package dev.troupe.model.resource;

import java.util.Objects;

/** An object's name within its resource. The namespace is empty for a cluster-scoped object. */
public record NamespacedName(String namespace, String name) implements Comparable<NamespacedName> {
    public NamespacedName {
        Objects.requireNonNull(namespace);
        Objects.requireNonNull(name);
    }

    public static NamespacedName clusterScoped(String name) {
        return new NamespacedName("", name);
    }

    @Override
    public int compareTo(NamespacedName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
