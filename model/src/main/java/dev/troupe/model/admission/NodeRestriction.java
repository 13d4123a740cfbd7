package dev.troupe.model.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.admission.AdmissionRequest.Operation;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node writes its own Node, its own Lease and the pods bound to it, and nothing by which it could draw other pods or
 * rid itself of its own: a stolen node must harm only what ran on it.
 */
final class NodeRestriction implements AdmissionPlugin {
    private static final String NODES_GROUP = "system:nodes";
    private static final String NODE_PREFIX = "system:node:";
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final String RESTRICTION = "node-restriction.kubernetes.io";

    /** Labels in Kubernetes' own domains that a node may give itself. */
    private static final Set<String> NODE_LABELS = Set.of(
            "kubernetes.io/hostname",
            "kubernetes.io/os",
            "kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "node.kubernetes.io/instance-type",
            "beta.kubernetes.io/instance-type");

    @Override
    public String name() {
        return "NodeRestriction";
    }

    @Override
    public Optional<Status> admit(AdmissionRequest request, ObjectLookup view) {
        UserInfo user = request.caller().user();
        if (!user.name().startsWith(NODE_PREFIX) || !user.groups().contains(NODES_GROUP)) {
            return Optional.empty();
        }
        String node = user.name().substring(NODE_PREFIX.length());
        if (node.isEmpty()) {
            return refuse(request, "could not determine node from user \"" + user.name() + "\"");
        }
        if (request.isFor(BuiltInTypes.PODS)) {
            return pod(request, view, node);
        }
        if (request.isFor(BuiltInTypes.NODES)) {
            return node(request, node);
        }
        return request.isFor(BuiltInTypes.LEASES) ? lease(request, node) : Optional.empty();
    }

    private static Optional<Status> refuse(AdmissionRequest request, String why) {
        return Optional.of(request.forbidden(why));
    }

    private static Optional<Status> pod(AdmissionRequest request, ObjectLookup view, String node) {
        return switch (request.subresource()) {
            case "" -> podItself(request, view, node);
            case "status" -> podStatus(request, view, node);
            case "eviction" ->
                isBoundTo(storedPod(request, view), node)
                        ? Optional.empty()
                        : refuse(request, "node " + node + " can only evict pods with spec.nodeName set to itself");
            default ->
                refuse(
                        request,
                        "unexpected pod subresource \"" + request.subresource()
                                + "\", only 'status' and 'eviction' are allowed");
        };
    }

    private static JsonNode storedPod(AdmissionRequest request, ObjectLookup view) {
        return request.old().isMissingNode()
                ? view.get(request.key()).map(StoredObject::tree).orElse(request.old())
                : request.old();
    }

    private static boolean isBoundTo(JsonNode pod, String node) {
        return Json.text(pod, "spec", "nodeName").equals(node);
    }

    private static Optional<Status> podItself(AdmissionRequest request, ObjectLookup view, String node) {
        return switch (request.operation()) {
            case CREATE -> mirrorPod(request, node);
            case DELETE -> {
                JsonNode stored = storedPod(request, view);
                yield stored.isMissingNode() || isBoundTo(stored, node)
                        ? Optional.empty()
                        : refuse(request, quoted(node) + " can only delete pods with spec.nodeName set to itself");
            }
            case UPDATE ->
                refuse(
                        request,
                        "unexpected operation \"UPDATE\", " + quoted(node) + " can only create and delete mirror pods");
        };
    }

    private static String quoted(String node) {
        return "node \"" + node + "\"";
    }

    private static Optional<Status> mirrorPod(AdmissionRequest request, String node) {
        JsonNode pod = request.sent();
        if (!ServiceAccountAdmission.isMirror(pod)) {
            return refuse(
                    request,
                    "pod does not have \"kubernetes.io/config.mirror\" annotation, " + quoted(node)
                            + " can only create mirror pods");
        }
        if (!isBoundTo(pod, node)) {
            return refuse(request, quoted(node) + " can only create pods with spec.nodeName set to itself");
        }
        JsonNode owners = pod.path("metadata").path("ownerReferences");
        JsonNode owner = owners.path(0);
        boolean own = owners.size() == 1
                && Json.text(owner, "kind").equals("Node")
                && Json.text(owner, "name").equals(node);
        if (!own) {
            return refuse(request, quoted(node) + " can only create pods with an owner reference set to itself");
        }
        return Json.text(pod, "spec", "serviceAccountName").isEmpty()
                ? Optional.empty()
                : refuse(request, quoted(node) + " can not create pods that reference a service account");
    }

    private static Optional<Status> podStatus(AdmissionRequest request, ObjectLookup view, String node) {
        if (request.operation() != Operation.UPDATE) {
            return refuse(request, "unexpected operation \"" + request.operation() + "\"");
        }
        JsonNode stored = storedPod(request, view);
        if (stored.isMissingNode()) {
            return Optional.empty();
        }
        if (!isBoundTo(stored, node)) {
            return refuse(
                    request, quoted(node) + " can only update pod status for pods with spec.nodeName set to itself");
        }
        return labels(request.sent()).equals(labels(stored))
                ? Optional.empty()
                : refuse(request, quoted(node) + " cannot update labels through pod status");
    }

    private static JsonNode labels(JsonNode object) {
        JsonNode labels = object.path("metadata").path("labels");
        return labels.isObject() ? labels : Json.object();
    }

    private static Optional<Status> node(AdmissionRequest request, String node) {
        if (!request.name().equals(node)) {
            return refuse(request, quoted(node) + " is not allowed to modify node \"" + request.name() + "\"");
        }
        return switch (request.operation()) {
            case DELETE -> Optional.empty();
            case CREATE -> {
                Set<String> labels = forbiddenLabels(request.sent(), Json.object());
                yield labels.isEmpty()
                        ? Optional.empty()
                        : refuse(
                                request,
                                quoted(node) + " is not allowed to set the following labels: "
                                        + String.join(", ", labels));
            }
            case UPDATE -> nodeUpdate(request, node);
        };
    }

    private static Optional<Status> nodeUpdate(AdmissionRequest request, String node) {
        JsonNode sent = request.sent();
        JsonNode old = request.old();
        if (request.subresource().isEmpty()
                && !listOf(sent.path("spec").path("taints"))
                        .equals(listOf(old.path("spec").path("taints")))) {
            return refuse(request, quoted(node) + " is not allowed to modify taints");
        }
        JsonNode owners = sent.path("metadata").path("ownerReferences");
        if (!listOf(owners).equals(listOf(old.path("metadata").path("ownerReferences")))) {
            return refuse(request, quoted(node) + " is not allowed to modify ownerReferences");
        }
        Set<String> labels = forbiddenLabels(sent, old);
        return labels.isEmpty()
                ? Optional.empty()
                : refuse(request, quoted(node) + " is not allowed to modify labels: " + String.join(", ", labels));
    }

    private static JsonNode listOf(JsonNode list) {
        return list.isArray() ? list : Json.array();
    }

    /** The labels that differ and are not a node's to set. */
    private static Set<String> forbiddenLabels(JsonNode sent, JsonNode old) {
        Set<String> keys = new TreeSet<>();
        labels(sent).fieldNames().forEachRemaining(keys::add);
        labels(old).fieldNames().forEachRemaining(keys::add);
        keys.removeIf(key -> labels(sent).path(key).equals(labels(old).path(key)) || !isForbidden(key));
        return keys;
    }

    private static boolean isForbidden(String label) {
        int slash = label.indexOf('/');
        String domain = slash < 0 ? "" : label.substring(0, slash);
        if (isWithin(domain, RESTRICTION)) {
            return true;
        }
        boolean kubernetes = isWithin(domain, "kubernetes.io") || isWithin(domain, "k8s.io");
        boolean nodes = NODE_LABELS.contains(label)
                || isWithin(domain, "kubelet.kubernetes.io")
                || isWithin(domain, "node.kubernetes.io");
        return kubernetes && !nodes;
    }

    private static boolean isWithin(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }

    private static Optional<Status> lease(AdmissionRequest request, String node) {
        if (!request.namespace().equals(LEASE_NAMESPACE)) {
            return refuse(request, "can only access leases in the \"" + LEASE_NAMESPACE + "\" system namespace");
        }
        return request.name().equals(node)
                ? Optional.empty()
                : refuse(request, "can only access node lease with the same name as the requesting node");
    }
}
