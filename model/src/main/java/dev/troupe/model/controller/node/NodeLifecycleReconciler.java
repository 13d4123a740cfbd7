package dev.troupe.model.controller.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Notices nodes that are no longer heard of, says so in their conditions and those of their pods, and taints nodes as
 * their conditions call for. A heartbeat is the renewal of the node's Lease, or a report of its status.
 */
public final class NodeLifecycleReconciler implements Reconciler {
    /** Pods of one lost node that one plan marks. */
    private static final int MOST_PODS = 100;

    private static final GroupResource NODES = BuiltInTypes.NODES.groupResource();
    private static final GroupResource LEASES = BuiltInTypes.LEASES.groupResource();
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();

    private final NodeSettings settings;

    public NodeLifecycleReconciler(NodeSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "node-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(NODES, LEASES, PODS);
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        GroupResource changed = change.key().resource();
        Set<ObjectKey> keys = new LinkedHashSet<>();
        if (changed.equals(NODES)) {
            keys.add(change.key());
            boolean turned = !change.before()
                    .map(NodeHealth::readiness)
                    .equals(change.after().map(NodeHealth::readiness));
            if (turned) {
                // How many are lost decides what becomes of those that are.
                view.list(NODES, "").stream()
                        .filter(node -> !NodeHealth.readiness(node).equals("True"))
                        .forEach(node -> keys.add(node.key()));
            }
        } else if (changed.equals(LEASES) && change.before().isEmpty()) {
            // Renewals need no look: the look at the deadline finds them.
            keys.add(BuiltInTypes.NODES.key("", change.key().name().name()));
        }
        return keys;
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        StoredObject node = found.get();
        NodeHealth health = new NodeHealth(node, view, settings);
        Instant deadline = health.deadline(now);
        boolean lost = !deadline.isAfter(now);
        if (lost) {
            Optional<PlanStep> unknown = Steps.updateStatus(node, health.lost(now));
            if (unknown.isPresent()) {
                return Plan.of(announced(node, unknown.get()));
            }
        }
        NodeTaints.Outcome taints = new NodeTaints(node, view, settings).decide(now);
        List<PlanStep> steps = new ArrayList<>();
        Steps.update(node, taints.changed()).ifPresent(steps::add);
        if (lost) {
            steps.addAll(markPods(node, view, now));
        }
        Optional<Instant> again = lost
                ? taints.again()
                : Optional.of(taints.again().filter(deadline::isAfter).orElse(deadline));
        Plan plan = Plan.of(steps);
        return again.map(then -> plan.againAfter(Times.until(then, now))).orElse(plan);
    }

    private static List<PlanStep> announced(StoredObject node, PlanStep unknown) {
        return NodeHealth.readiness(node).equals("True")
                ? List.of(
                        unknown,
                        Steps.normal(
                                node, "NodeNotReady", "Node " + node.meta().name() + " status is now: NodeNotReady"))
                : List.of(unknown);
    }

    /** Pods of a lost node cannot tell themselves that they are not ready: no traffic shall go to them. */
    private static List<PlanStep> markPods(StoredObject node, ClusterView view, Instant now) {
        List<PlanStep> steps = new ArrayList<>();
        view.list(PODS, "").stream()
                .map(PodView::new)
                .filter(pod -> pod.nodeName().equals(node.meta().name()) && pod.isReady())
                .limit(MOST_PODS)
                .forEach(pod -> {
                    ObjectNode changed = pod.object().copy();
                    JsonNode status = changed.path("status");
                    Conditions.find(status, "Ready").ifPresent(ready -> {
                        if (ready instanceof ObjectNode condition) {
                            condition.put("status", "False").put("lastTransitionTime", Times.text(now));
                        }
                    });
                    Steps.updateStatus(pod.object(), changed).ifPresent(steps::add);
                    steps.add(Steps.warning(pod.object(), "NodeNotReady", "Node is not ready"));
                });
        return steps;
    }
}
