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
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes pods from nodes with a NoExecute taint: at once where they do not tolerate it, later where they tolerate it for
 * a time. The time counts from the taint's {@code timeAdded}, so a restart does not begin it anew.
 */
public final class TaintEvictionReconciler implements Reconciler {
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();

    @Override
    public String name() {
        return "taint-eviction-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(PODS, BuiltInTypes.NODES.groupResource());
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        if (change.key().resource().equals(PODS)) {
            boolean placed = change.after()
                    .filter(after -> !new PodView(after).nodeName().isEmpty())
                    .isPresent();
            return placed ? List.of(change.key()) : List.of();
        }
        if (taints(change.before()).equals(taints(change.after()))) {
            return List.of();
        }
        return view.list(PODS, "").stream()
                .filter(pod ->
                        new PodView(pod).nodeName().equals(change.key().name().name()))
                .map(StoredObject::key)
                .toList();
    }

    private static List<JsonNode> taints(Optional<StoredObject> node) {
        return node.map(present -> Taints.noExecute(present.tree())).orElse(List.of());
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        if (found.isEmpty() || found.get().meta().isDeleting()) {
            return Plan.nothing();
        }
        StoredObject pod = found.get();
        List<JsonNode> taints = taints(view.get(BuiltInTypes.NODES.key("", new PodView(pod).nodeName())));
        Optional<Instant> end = end(pod, taints, now);
        if (end.isEmpty()) {
            return Plan.nothing();
        }
        return end.get().isAfter(now)
                ? Plan.nothing().againAfter(Times.until(end.get(), now))
                : Plan.of(eviction(pod, now));
    }

    /** When the first of the taints is no longer tolerated; empty if all are for ever. */
    private static Optional<Instant> end(StoredObject pod, List<JsonNode> taints, Instant now) {
        Optional<Instant> earliest = Optional.empty();
        for (JsonNode taint : taints) {
            Optional<JsonNode> toleration = Taints.toleration(pod.tree(), taint);
            if (toleration.isEmpty()) {
                return Optional.of(now);
            }
            JsonNode seconds = toleration.get().path("tolerationSeconds");
            Optional<Instant> added = Times.at(taint, "timeAdded");
            // Without a date the node's controller is about to give it one.
            if (seconds.isNumber() && added.isPresent()) {
                Instant end = added.get().plus(Duration.ofSeconds(Math.max(0, seconds.longValue())));
                earliest = earliest.filter(end::isAfter).or(() -> Optional.of(end));
            }
        }
        return earliest;
    }

    private static List<PlanStep> eviction(StoredObject pod, Instant now) {
        ObjectNode changed = pod.copy();
        Conditions.put(
                Json.objectAt(changed, "status"),
                Conditions.Condition.isTrue(
                                "DisruptionTarget",
                                "DeletionByTaintManager",
                                "Taint manager: deleting due to NoExecute taint")
                        .toJson(now));
        List<PlanStep> steps = new ArrayList<>();
        steps.add(Steps.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + pod.name()));
        boolean marked = Conditions.isTrue(pod.tree().path("status"), "DisruptionTarget");
        if (!marked) {
            Steps.updateStatus(pod, changed).ifPresent(steps::add);
        }
        steps.add(Steps.delete(pod));
        return steps;
    }
}
