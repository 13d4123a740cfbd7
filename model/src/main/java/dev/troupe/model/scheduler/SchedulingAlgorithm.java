package dev.troupe.model.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Filter, then rank. Among equally good nodes the choice is by a hash of the pod's uid and the node's name: spread as
 * chance would, and the same at every replay.
 */
public final class SchedulingAlgorithm {
    private SchedulingAlgorithm() {}

    /** Decides for one pod; changes nothing. */
    public static SchedulingDecision decide(PendingPod pod, ClusterPicture cluster) {
        Collection<NodePicture> nodes = cluster.nodes();
        if (nodes.isEmpty()) {
            return new SchedulingDecision.Unschedulable("no nodes available to schedule pods");
        }
        List<NodePicture> feasible = new ArrayList<>();
        Map<String, Integer> reasons = new TreeMap<>();
        for (NodePicture node : nodes) {
            List<String> against = reasonsAgainst(pod, node, cluster);
            if (against.isEmpty()) {
                feasible.add(node);
            }
            against.forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        }
        return feasible.isEmpty()
                ? new SchedulingDecision.Unschedulable(message(nodes.size(), reasons))
                : new SchedulingDecision.Bind(best(pod, feasible, cluster).name());
    }

    private static List<String> reasonsAgainst(PendingPod pod, NodePicture node, ClusterPicture cluster) {
        for (FilterPlugin filter : Filters.ALL) {
            List<String> reasons = filter.reasonsAgainst(pod, node, cluster);
            if (!reasons.isEmpty()) {
                return reasons;
            }
        }
        return List.of();
    }

    private static String message(int nodes, Map<String, Integer> reasons) {
        List<String> parts = new ArrayList<>();
        reasons.forEach((reason, count) -> parts.add(count + " " + reason));
        parts.sort(null);
        return "0/" + nodes + " nodes are available: " + String.join(", ", parts) + ".";
    }

    private static NodePicture best(PendingPod pod, List<NodePicture> feasible, ClusterPicture cluster) {
        long[] totals = new long[feasible.size()];
        for (ScorePlugin plugin : Scores.ALL) {
            long[] scores = new long[feasible.size()];
            long highest = 0;
            for (int i = 0; i < scores.length; i++) {
                scores[i] = plugin.score(pod, feasible.get(i), cluster);
                highest = Math.max(highest, scores[i]);
            }
            for (int i = 0; i < scores.length; i++) {
                totals[i] +=
                        plugin.weight() * (plugin.normalized() ? stretched(plugin, scores[i], highest) : scores[i]);
            }
        }
        int best = 0;
        for (int i = 1; i < totals.length; i++) {
            boolean better = totals[i] > totals[best]
                    || (totals[i] == totals[best] && lot(pod, feasible.get(i)) > lot(pod, feasible.get(best)));
            best = better ? i : best;
        }
        return feasible.get(best);
    }

    private static long stretched(ScorePlugin plugin, long score, long highest) {
        if (highest == 0) {
            return plugin.reversed() ? ScorePlugin.MAX : 0;
        }
        long stretched = ScorePlugin.MAX * score / highest;
        return plugin.reversed() ? ScorePlugin.MAX - stretched : stretched;
    }

    private static int lot(PendingPod pod, NodePicture node) {
        int hash = 31 * pod.uid().hashCode() + node.name().hashCode();
        // Spreads neighbouring hashes, as neighbours' names differ in their last character only.
        hash ^= hash >>> 16;
        hash *= 0x7feb352d;
        return hash ^ hash >>> 15;
    }
}
