package dev.troupe.model.resource;

/** The identity of one object slot: the resource and the name in it. Also the entity's identity. */
public record ObjectKey(GroupResource resource, NamespacedName name) implements Comparable<ObjectKey> {

    /** {@code <resource>.<group>|<namespace>/<name>}; the namespace is empty for cluster-scoped objects. */
    public String persistenceId() {
        return resource + "|" + name.namespace() + "/" + name.name();
    }

    /**
     * Parses what {@link #persistenceId()} prints.
     *
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static ObjectKey parse(String persistenceId) {
        int bar = persistenceId.indexOf('|');
        int slash = persistenceId.indexOf('/', bar + 1);
        if (bar < 0 || slash < 0) {
            throw new IllegalArgumentException("not an object's persistence id: " + persistenceId);
        }
        return new ObjectKey(
                GroupResource.parse(persistenceId.substring(0, bar)),
                new NamespacedName(persistenceId.substring(bar + 1, slash), persistenceId.substring(slash + 1)));
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byResource = resource.compareTo(other.resource);
        return byResource != 0 ? byResource : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return persistenceId();
    }
}
