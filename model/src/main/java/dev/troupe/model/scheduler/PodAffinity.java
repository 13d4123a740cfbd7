package dev.troupe.model.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.selector.LabelSelector;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Required affinity and anti-affinity between pods, in both directions for the latter. A term with a namespaceSelector
 * matches pods of all namespaces if that selector is empty; other namespace selectors match none, since the scheduler
 * does not follow namespaces.
 */
final class PodAffinity {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    private PodAffinity() {}

    static List<String> reasonsAgainst(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        JsonNode affinity = pod.spec().path("affinity");
        for (JsonNode term : Json.at(affinity, "podAffinity", REQUIRED)) {
            if (!isNear(pod, term, node, cluster) && !isFirstOfItsKind(pod, term, node, cluster)) {
                return List.of("node(s) didn't match pod affinity rules");
            }
        }
        for (JsonNode term : Json.at(affinity, "podAntiAffinity", REQUIRED)) {
            if (isNear(pod, term, node, cluster)) {
                return List.of("node(s) didn't match pod anti-affinity rules");
            }
        }
        return repelled(pod, node, cluster)
                ? List.of("node(s) didn't satisfy existing pods anti-affinity rules")
                : List.of();
    }

    /** Whether a pod that the term selects runs in the node's domain. */
    private static boolean isNear(PendingPod owner, JsonNode term, NodePicture node, ClusterPicture cluster) {
        String key = Json.text(term, "topologyKey");
        String domain = node.labels().get(key);
        if (domain == null) {
            return false;
        }
        return cluster.nodes().stream()
                .filter(other -> domain.equals(other.labels().get(key)))
                .flatMap(other -> other.pods().stream())
                .anyMatch(other -> selects(term, owner, other));
    }

    /** The first pod of a group that wants to be together may go anywhere that has the topology key. */
    private static boolean isFirstOfItsKind(PendingPod pod, JsonNode term, NodePicture node, ClusterPicture cluster) {
        return node.labels().containsKey(Json.text(term, "topologyKey"))
                && selects(term, pod, pod)
                && cluster.nodes().stream()
                        .flatMap(other -> other.pods().stream())
                        .noneMatch(other -> selects(term, pod, other));
    }

    /** Whether a running pod's anti-affinity keeps this one out of the node's domain. */
    private static boolean repelled(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        for (NodePicture other : cluster.nodes()) {
            for (PendingPod running : other.pods()) {
                for (JsonNode term : Json.at(running.spec(), "affinity", "podAntiAffinity", REQUIRED)) {
                    String key = Json.text(term, "topologyKey");
                    String domain = node.labels().get(key);
                    if (domain != null && domain.equals(other.labels().get(key)) && selects(term, running, pod)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean selects(JsonNode term, PendingPod owner, PendingPod other) {
        return inNamespaces(term, owner.namespace(), other.namespace())
                && selector(term, owner.labels()).matches(other.labels());
    }

    private static LabelSelector selector(JsonNode term, Map<String, String> ownerLabels) {
        JsonNode selector = term.path("labelSelector");
        return selector.isMissingNode() || selector.isNull() ? LabelSelector.nothing() : LabelSelector.of(selector);
    }

    private static boolean inNamespaces(JsonNode term, String own, String other) {
        Set<String> named = new HashSet<>();
        term.path("namespaces").forEach(name -> named.add(name.asText()));
        JsonNode selector = term.get("namespaceSelector");
        boolean all = selector != null && selector.isObject() && selector.isEmpty();
        return all || named.contains(other) || (named.isEmpty() && selector == null && own.equals(other));
    }
}
