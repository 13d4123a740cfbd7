package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.selector.FieldSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a node may do: users {@code system:node:NAME} of the group system:nodes. It reads what its service proxy and DNS
 * need, and writes itself, its lease, the status of its pods and events. Secrets and ConfigMaps it reads only if a pod
 * of its own refers to them, one by one.
 */
public final class NodeAuthorizer implements Authorizer {
    private static final String NODES_GROUP = "system:nodes";
    private static final String USER_PREFIX = "system:node:";
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final String DISCOVERY = "discovery.k8s.io";
    private static final Set<String> READ = Set.of("get", "list", "watch");

    /** Read freely: nothing in them is secret, and proxy and DNS need them all. */
    private static final Map<String, Set<String>> OPEN = Map.of(
            "services", READ,
            "endpoints", READ,
            "namespaces", READ,
            "nodes", READ);

    private final NodeObjects objects;

    public NodeAuthorizer(NodeObjects objects) {
        this.objects = objects;
    }

    /** The node that a user is; empty if the user is no node. */
    public static Optional<String> nodeOf(UserInfo user) {
        return user.groups().contains(NODES_GROUP) && user.name().startsWith(USER_PREFIX)
                ? Optional.of(user.name().substring(USER_PREFIX.length()))
                : Optional.empty();
    }

    @Override
    public Decision authorize(UserInfo user, AccessRequest request) {
        Optional<String> node = nodeOf(user);
        if (node.isEmpty() || !request.resourceRequest()) {
            return Decision.NO_OPINION;
        }
        return switch (request.group()) {
            case "" -> core(node.get(), request);
            case DISCOVERY ->
                request.resource().equals("endpointslices") && request.isReadOnly()
                        ? Decision.ALLOWED
                        : Decision.NO_OPINION;
            case "coordination.k8s.io" -> lease(node.get(), request);
            case "events.k8s.io" -> event(request);
            case "certificates.k8s.io" ->
                request.resourceWithSubresource().equals("certificatesigningrequests")
                                && Set.of("create", "get", "list", "watch").contains(request.verb())
                        ? Decision.ALLOWED
                        : Decision.NO_OPINION;
            default -> Decision.NO_OPINION;
        };
    }

    private Decision core(String node, AccessRequest request) {
        String resource = request.resourceWithSubresource();
        if (OPEN.getOrDefault(resource, Set.of()).contains(request.verb())) {
            return Decision.ALLOWED;
        }
        return switch (resource) {
            case "events" -> event(request);
            case "nodes", "nodes/status" -> self(node, request);
            case "pods" -> pod(node, request);
            case "pods/status" ->
                Set.of("update", "patch").contains(request.verb())
                        ? ownPod(
                                node,
                                request,
                                "node \"" + node + "\" can only update pod status for pods with spec.nodeName set to"
                                        + " itself")
                        : Decision.NO_OPINION;
            case "secrets", "configmaps" -> referred(node, request);
            default -> Decision.NO_OPINION;
        };
    }

    private static Decision event(AccessRequest request) {
        return request.resource().equals("events")
                        && Set.of("create", "update", "patch").contains(request.verb())
                ? Decision.ALLOWED
                : Decision.NO_OPINION;
    }

    private static Decision self(String node, AccessRequest request) {
        if (request.verb().equals("create") && request.subresource().isEmpty()) {
            return Decision.ALLOWED;
        }
        if (!Set.of("update", "patch").contains(request.verb())) {
            return Decision.NO_OPINION;
        }
        return request.name().equals(node)
                ? Decision.ALLOWED
                : Decision.refused("node \"" + node + "\" is not allowed to modify node \"" + request.name() + "\"");
    }

    private Decision pod(String node, AccessRequest request) {
        return switch (request.verb()) {
            case "list", "watch" ->
                selects(request.fields(), node)
                        ? Decision.ALLOWED
                        : Decision.refused("can only list/watch pods with spec.nodeName field selector");
            case "get" -> ownPod(node, request, noRelationship(node));
            case "delete" ->
                ownPod(node, request, "node \"" + node + "\" can only delete pods with spec.nodeName set to itself");
            default -> Decision.NO_OPINION;
        };
    }

    private static boolean selects(FieldSelector fields, String node) {
        return fields.requirements().stream()
                .anyMatch(requirement -> requirement.equal()
                        && requirement.field().equals("spec.nodeName")
                        && requirement.value().equals(node));
    }

    private Decision ownPod(String node, AccessRequest request, String otherwise) {
        return objects.isBound(new NamespacedName(request.namespace(), request.name()), node)
                ? Decision.ALLOWED
                : Decision.refused(otherwise);
    }

    private static String noRelationship(String node) {
        return "no relationship found between node '" + node + "' and this object";
    }

    private Decision referred(String node, AccessRequest request) {
        if (!request.isReadOnly()) {
            return Decision.NO_OPINION;
        }
        if (request.name().isEmpty() || request.namespace().isEmpty()) {
            return Decision.refused("No Object name found");
        }
        ObjectKey key = new ObjectKey(
                new GroupResource("", request.resource()), new NamespacedName(request.namespace(), request.name()));
        return objects.isReferred(key, node) ? Decision.ALLOWED : Decision.refused(noRelationship(node));
    }

    private static Decision lease(String node, AccessRequest request) {
        if (!request.resource().equals("leases")
                || !Set.of("get", "create", "update", "patch", "delete").contains(request.verb())) {
            return Decision.NO_OPINION;
        }
        if (!request.namespace().equals(LEASE_NAMESPACE)) {
            return Decision.refused("can only access leases in the \"" + LEASE_NAMESPACE + "\" system namespace");
        }
        // A create names the lease in its body only; NodeRestriction looks there.
        return request.verb().equals("create") || request.name().equals(node)
                ? Decision.ALLOWED
                : Decision.refused("can only access node lease with the same name as the requesting node");
    }

    @Override
    public Rules rules(UserInfo user, String namespace) {
        return new Rules(List.of(), List.of(), nodeOf(user).isPresent());
    }
}
