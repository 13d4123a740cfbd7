package dev.troupe.actors.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.status.Status;
import java.util.Optional;

/** Who an object in a body says it is. */
record Identity(String namespace, String name) {

    static Identity of(JsonNode object) {
        return new Identity(Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
    }

    /** A fault if the body speaks of another object than the path. */
    Optional<Status> mismatch(ObjectKey key) {
        if (!name.isEmpty() && !name.equals(key.name().name())) {
            return Optional.of(Status.badRequest("the name of the object (" + name + ") does not match the name on the"
                    + " URL (" + key.name().name() + ")"));
        }
        return namespaceMismatch(key.name().namespace());
    }

    Optional<Status> namespaceMismatch(String wanted) {
        if (!namespace.isEmpty() && !namespace.equals(wanted)) {
            return Optional.of(Status.badRequest(
                    wanted.isEmpty()
                            ? "namespace may not be set on a cluster-scoped object: " + namespace
                            : "the namespace of the provided object does not match the namespace sent on the request"));
        }
        return Optional.empty();
    }
}
