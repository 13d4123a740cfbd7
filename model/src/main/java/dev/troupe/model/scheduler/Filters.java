package dev.troupe.model.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The filters, in Kubernetes' order: the first that is against a node gives its reasons. */
final class Filters {
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    static final List<FilterPlugin> ALL = List.of(
            Filters::unschedulable,
            Filters::nodeName,
            Filters::taints,
            Filters::nodeAffinity,
            Filters::hostPorts,
            Filters::resources,
            PodAffinity::reasonsAgainst);

    private Filters() {}

    private static List<String> unschedulable(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        if (!node.isUnschedulable()) {
            return List.of();
        }
        ObjectNode taint = Json.object().put("key", UNSCHEDULABLE).put("effect", "NoSchedule");
        return Tolerations.tolerate(pod.spec().path("tolerations"), taint)
                ? List.of()
                : List.of("node(s) were unschedulable");
    }

    private static List<String> nodeName(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        String wanted = Json.text(pod.spec(), "nodeName");
        return wanted.isEmpty() || wanted.equals(node.name())
                ? List.of()
                : List.of("node(s) didn't match the requested node name");
    }

    private static List<String> taints(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        for (JsonNode taint : node.taints()) {
            String effect = Json.text(taint, "effect");
            boolean hard = effect.equals("NoSchedule") || effect.equals("NoExecute");
            if (hard && !Tolerations.tolerate(pod.spec().path("tolerations"), taint)) {
                return List.of("node(s) had untolerated taint {" + Json.text(taint, "key") + ": "
                        + Json.text(taint, "value") + "}");
            }
        }
        return List.of();
    }

    private static List<String> nodeAffinity(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        return NodeSelectors.allow(pod.spec(), node)
                ? List.of()
                : List.of("node(s) didn't match Pod's node affinity/selector");
    }

    private static List<String> hostPorts(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        boolean taken = pod.hostPorts().stream()
                .anyMatch(wanted -> node.pods().stream()
                        .flatMap(other -> other.hostPorts().stream())
                        .anyMatch(wanted::conflictsWith));
        return taken ? List.of("node(s) didn't have free ports for the requested pod ports") : List.of();
    }

    private static List<String> resources(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        List<String> reasons = new ArrayList<>();
        if (node.pods().size() + 1 > node.allocatable("pods").value()) {
            reasons.add("Too many pods");
        }
        for (Map.Entry<String, Quantity> request : new TreeMap<>(pod.requests()).entrySet()) {
            String name = request.getKey();
            Quantity free = node.allocatable(name).subtract(node.requested(name));
            if (request.getValue().signum() > 0 && request.getValue().compareTo(free) > 0) {
                reasons.add("Insufficient " + name);
            }
        }
        return reasons;
    }
}
