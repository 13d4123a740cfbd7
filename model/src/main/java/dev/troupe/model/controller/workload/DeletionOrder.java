package dev.troupe.model.controller.workload;

import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.resource.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pods go first when there are too many: those that are of least use. Ages are compared by the binary logarithm
 * (KEP-2185), and among pods of about the same age chance decides, so that scaling down does not drain the zone that
 * was filled last; the pod's uid is that chance.
 */
final class DeletionOrder {
    private DeletionOrder() {}

    /**
     * The first {@code count} pods to delete.
     *
     * @param related pods of the siblings under the same owner, among which the spread over nodes is counted
     */
    static List<StoredObject> first(int count, List<StoredObject> pods, List<StoredObject> related, Instant now) {
        if (count >= pods.size()) {
            return pods;
        }
        Map<String, Integer> onNode = new HashMap<>();
        for (StoredObject pod : related) {
            PodView view = new PodView(pod);
            if (view.isActive()) {
                onNode.merge(view.nodeName(), 1, Integer::sum);
            }
        }
        return pods.stream()
                .map(PodView::new)
                .sorted(order(onNode, now))
                .limit(count)
                .map(PodView::object)
                .toList();
    }

    private static Comparator<PodView> order(Map<String, Integer> onNode, Instant now) {
        return Comparator.<PodView, Boolean>comparing(pod -> !pod.nodeName().isEmpty())
                .thenComparing(DeletionOrder::phaseRank)
                .thenComparing(PodView::isReady)
                .thenComparing(PodView::deletionCost)
                .thenComparing(pod -> -onNode.getOrDefault(pod.nodeName(), 0))
                .thenComparing(pod ->
                        pod.readySince().map(since -> magnitude(since, now)).orElse(0))
                .thenComparing(pod -> -pod.restarts())
                .thenComparing(pod -> -pod.sidecarRestarts())
                .thenComparing(pod -> magnitude(pod.object().meta().creationTimestamp(), now))
                .thenComparing(pod -> pod.object().meta().uid());
    }

    private static int phaseRank(PodView pod) {
        return switch (pod.phase()) {
            case "Running" -> 2;
            case "Unknown" -> 1;
            default -> 0;
        };
    }

    /** Small for a young pod: the power of two that its age in nanoseconds reaches. */
    private static int magnitude(Instant since, Instant now) {
        Duration age = Duration.between(since, now);
        if (age.isNegative() || age.isZero()) {
            return -1;
        }
        // Beyond 292 years nanoseconds do not fit; such an age is as old as any.
        return age.getSeconds() > Long.MAX_VALUE / 1_000_000_000L
                ? Long.SIZE
                : Long.SIZE - 1 - Long.numberOfLeadingZeros(age.toNanos());
    }
}
