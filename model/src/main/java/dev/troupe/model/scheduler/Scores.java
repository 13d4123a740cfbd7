package dev.troupe.model.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import java.util.List;
import java.util.Optional;

/** The scores with Kubernetes' default weights. */
final class Scores {
    private static final List<String> WEIGHED = List.of("cpu", "memory");

    static final List<ScorePlugin> ALL = List.of(
            new Scores.LeastAllocated(),
            new Scores.BalancedAllocation(),
            new Scores.Spreading(),
            new Scores.PreferredNodeAffinity(),
            new Scores.PreferredTaints(),
            new Scores.ImageLocality());

    private Scores() {}

    /** The share of a resource that is in use once the pod is there, from 0 to 1. */
    private static double usedShare(PendingPod pod, NodePicture node, String resource) {
        long capacity = node.allocatable(resource).milliValue();
        Quantity used = node.weighed(resource).add(pod.weight(resource));
        return capacity <= 0 ? 1 : Math.min(1, (double) used.milliValue() / capacity);
    }

    /** Prefers nodes with room. */
    private record LeastAllocated() implements ScorePlugin {
        @Override
        public int weight() {
            return 1;
        }

        @Override
        public long score(PendingPod pod, NodePicture node, ClusterPicture cluster) {
            double free = 0;
            for (String resource : WEIGHED) {
                free += 1 - usedShare(pod, node, resource);
            }
            return (long) (MAX * free / WEIGHED.size());
        }
    }

    /** Prefers nodes whose processors and memory are used alike. */
    private record BalancedAllocation() implements ScorePlugin {
        @Override
        public int weight() {
            return 1;
        }

        @Override
        public long score(PendingPod pod, NodePicture node, ClusterPicture cluster) {
            double difference = usedShare(pod, node, "cpu") - usedShare(pod, node, "memory");
            return (long) (MAX * (1 - Math.abs(difference) / 2));
        }
    }

    /** Prefers nodes with few pods of the same controller. */
    private record Spreading() implements ScorePlugin {
        @Override
        public int weight() {
            return 2;
        }

        @Override
        public long score(PendingPod pod, NodePicture node, ClusterPicture cluster) {
            Optional<String> controller = pod.controllerUid();
            return controller.isEmpty()
                    ? 0
                    : node.pods().stream()
                            .filter(other -> other.controllerUid().equals(controller))
                            .count();
        }

        @Override
        public boolean normalized() {
            return true;
        }

        @Override
        public boolean reversed() {
            return true;
        }
    }

    /** Adds up the weights of the preferred terms that match. */
    private record PreferredNodeAffinity() implements ScorePlugin {
        @Override
        public int weight() {
            return 2;
        }

        @Override
        public long score(PendingPod pod, NodePicture node, ClusterPicture cluster) {
            long sum = 0;
            for (JsonNode preference : Json.at(
                    pod.spec(), "affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution")) {
                if (NodeSelectors.matches(preference.path("preference"), node)) {
                    sum += Json.integer(preference, 0, "weight");
                }
            }
            return sum;
        }

        @Override
        public boolean normalized() {
            return true;
        }
    }

    /** Avoids nodes with PreferNoSchedule taints that the pod does not tolerate. */
    private record PreferredTaints() implements ScorePlugin {
        @Override
        public int weight() {
            return 3;
        }

        @Override
        public long score(PendingPod pod, NodePicture node, ClusterPicture cluster) {
            return node.taints().stream()
                    .filter(taint -> Json.text(taint, "effect").equals("PreferNoSchedule"))
                    .filter(taint -> !Tolerations.tolerate(pod.spec().path("tolerations"), taint))
                    .count();
        }

        @Override
        public boolean normalized() {
            return true;
        }

        @Override
        public boolean reversed() {
            return true;
        }
    }

    /** Prefers nodes that have the images already. */
    private record ImageLocality() implements ScorePlugin {
        @Override
        public int weight() {
            return 1;
        }

        @Override
        public long score(PendingPod pod, NodePicture node, ClusterPicture cluster) {
            JsonNode containers = pod.spec().path("containers");
            long present = 0;
            for (JsonNode container : containers) {
                if (node.hasImage(Json.text(container, "image"))) {
                    present++;
                }
            }
            return containers.isEmpty() ? 0 : MAX * present / containers.size();
        }
    }
}
