package dev.troupe.model.resource;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.util.Objects;
import java.util.Optional;

/** An object's name within its resource. The namespace is empty for a cluster-scoped object. */
public record NamespacedName(String namespace, String name) implements Comparable<NamespacedName> {
    public NamespacedName {
        Objects.requireNonNull(namespace);
        Objects.requireNonNull(name);
    }

    public static NamespacedName clusterScoped(String name) {
        return new NamespacedName("", name);
    }

    /** The answer to an object that names itself otherwise than the request's URL, whose name this is. */
    public Optional<Status> mismatch(JsonNode object) {
        String itsName = Json.text(object, "metadata", "name");
        String itsNamespace = Json.text(object, "metadata", "namespace");
        if (itsName.isEmpty()) {
            return Optional.of(Status.badRequest(
                    "the name of the object (" + name + " based on URL) was undeterminable: name must be provided"));
        }
        if (!itsName.equals(name)) {
            return Optional.of(Status.badRequest(
                    "the name of the object (" + itsName + ") does not match the name on the URL (" + name + ")"));
        }
        if (!itsNamespace.isEmpty() && !namespace.isEmpty() && !itsNamespace.equals(namespace)) {
            return Optional.of(Status.badRequest("the namespace of the object (" + itsNamespace
                    + ") does not match the namespace on the request (" + namespace + ")"));
        }
        return Optional.empty();
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
