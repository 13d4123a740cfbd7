package dev.troupe.http.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.util.Optional;

/** Refuses what a node may not create: the name of a new object stands in the body, which authorization does not see. */
public final class NodeRestriction {
    private NodeRestriction() {}

    /** Why a node may not create this object; empty for users that are no nodes. */
    public static Optional<Status> refusal(UserInfo user, ResourceType type, JsonNode object) {
        return NodeAuthorizer.nodeOf(user).flatMap(node -> {
            String name = Json.text(object, "metadata", "name");
            return switch (type.groupResource().toString()) {
                case "nodes" ->
                    name.equals(node)
                            ? Optional.empty()
                            : Optional.of(forbidden(
                                    type.groupResource(),
                                    name,
                                    "node \"" + node + "\" is not allowed to modify node \"" + name + "\""));
                case "leases.coordination.k8s.io" ->
                    name.equals(node)
                            ? Optional.empty()
                            : Optional.of(forbidden(
                                    type.groupResource(),
                                    name,
                                    "can only access node lease with the same name as the requesting node"));
                default -> Optional.empty();
            };
        });
    }

    private static Status forbidden(GroupResource resource, String name, String why) {
        return Status.forbidden(resource, name, why);
    }
}
