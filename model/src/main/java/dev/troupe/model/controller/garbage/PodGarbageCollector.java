package dev.troupe.model.controller.garbage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.Conditions.Condition;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Deletes pods that no node will ever end: those on a node that is gone, those whose deletion began before they had a
 * node, those that a node out of service cannot end, and the oldest of too many that have ended. Kubernetes looks every
 * 20 s and lets 40 s go by before it believes that a node is gone; here the store itself is asked, at once.
 */
public final class PodGarbageCollector implements Reconciler {
    /** Ended pods that are kept for their users to look at; Kubernetes' default. */
    public static final int ENDED_PODS_KEPT = 12_500;

    private static final int MOST_DELETIONS = 500;
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();

    /** Stands for all ended pods together. No pod has an empty name. */
    private static final ObjectKey ENDED = BuiltInTypes.PODS.key("", "");

    private final int endedPodsKept;

    public PodGarbageCollector(int endedPodsKept) {
        this.endedPodsKept = endedPodsKept;
    }

    @Override
    public String name() {
        return "pod-garbage-collector";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(PODS, BuiltInTypes.NODES.groupResource());
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        if (change.key().resource().equals(PODS)) {
            change.after().map(PodView::new).ifPresent(pod -> {
                boolean ended = pod.isTerminal()
                        && change.before()
                                .filter(before -> new PodView(before).isTerminal())
                                .isEmpty();
                if (ended) {
                    keys.add(ENDED);
                }
                if (pod.object().meta().isDeleting() || !isKnown(pod.nodeName(), view)) {
                    keys.add(change.key());
                }
            });
        } else if (change.after().isEmpty() || isOutOfService(change.after().get())) {
            for (StoredObject pod : view.list(PODS, "")) {
                if (new PodView(pod).nodeName().equals(change.key().name().name())) {
                    keys.add(pod.key());
                }
            }
        }
        return keys;
    }

    private static Optional<StoredObject> node(String name, ClusterView view) {
        return view.get(BuiltInTypes.NODES.key("", name));
    }

    private static boolean isKnown(String nodeName, ClusterView view) {
        return nodeName.isEmpty() || node(nodeName, view).isPresent();
    }

    private static boolean isOutOfService(StoredObject node) {
        for (var taint : node.tree().path("spec").path("taints")) {
            if (Json.text(taint, "key").equals(OUT_OF_SERVICE)) {
                return !Conditions.isTrue(node.tree().path("status"), "Ready");
            }
        }
        return false;
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        if (key.equals(ENDED)) {
            return Plan.of(deleteOldestEnded(view));
        }
        Optional<PodView> found = view.get(key).map(PodView::new);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        PodView pod = found.get();
        Optional<StoredObject> node = node(pod.nodeName(), view);
        boolean deleting = pod.object().meta().isDeleting();
        List<PlanStep> steps = new ArrayList<>();
        if (pod.nodeName().isEmpty()) {
            if (deleting && !waitsForFinalizers(pod)) {
                steps.add(delete(pod.object()));
            }
        } else if (node.isEmpty()) {
            steps.add(new PlanStep.Require(
                    BuiltInTypes.NODES.key("", pod.nodeName()), Optional.empty(), PlanStep.Expectation.GONE));
            markFailed(pod, "PodGC: node no longer exists", now).ifPresent(steps::add);
            steps.add(delete(pod.object()));
        } else if (deleting && isOutOfService(node.get()) && !waitsForFinalizers(pod)) {
            markFailed(pod, "PodGC: node is out of service", now).ifPresent(steps::add);
            steps.add(delete(pod.object()));
        }
        return waitsForFinalizers(pod) ? Plan.nothing() : Plan.of(steps);
    }

    /** Deletion at once was asked for already; what is left are finalizers. */
    private static boolean waitsForFinalizers(PodView pod) {
        return pod.object().meta().isDeleting()
                && Json.integer(pod.object().tree(), 1, "metadata", "deletionGracePeriodSeconds") == 0;
    }

    /** An ended pod says how it ended; another is given the reason that it lost its node. */
    private static Optional<PlanStep> markFailed(PodView pod, String message, Instant now) {
        if (pod.isTerminal()) {
            return Optional.empty();
        }
        ObjectNode changed = pod.object().copy();
        ObjectNode status = Json.objectAt(changed, "status");
        status.put("phase", "Failed");
        Conditions.put(
                status,
                Condition.isTrue("DisruptionTarget", "DeletionByPodGC", message).toJson(now));
        return Steps.updateStatus(pod.object(), changed);
    }

    private static PlanStep delete(StoredObject pod) {
        return new PlanStep.Delete(
                pod.key(),
                new DeleteOptions(
                        false,
                        OptionalLong.of(0),
                        Optional.empty(),
                        Optional.of(pod.meta().uid()),
                        Optional.empty()));
    }

    private List<PlanStep> deleteOldestEnded(ClusterView view) {
        List<PodView> ended = view.list(PODS, "").stream()
                .map(PodView::new)
                .filter(PodView::isTerminal)
                .filter(pod -> !pod.object().meta().isDeleting())
                .sorted(Comparator.<PodView, Boolean>comparing(pod -> !isEvicted(pod))
                        .thenComparing(pod -> pod.object().meta().creationTimestamp())
                        .thenComparing(pod -> pod.object().name()))
                .toList();
        int surplus = Math.max(0, ended.size() - endedPodsKept);
        return ended.stream()
                .limit(Math.min(surplus, MOST_DELETIONS))
                .map(pod -> delete(pod.object()))
                .toList();
    }

    private static boolean isEvicted(PodView pod) {
        return Json.text(pod.status(), "reason").equals("Evicted");
    }
}
