package dev.troupe.model.controller.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.Announcement;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.Conditions.Condition;
import dev.troupe.model.controller.object.Owners;
import dev.troupe.model.controller.object.PodTemplates;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.LabelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps as many pods as a ReplicaSet or a ReplicationController wants. The two differ in how they write their selector,
 * and in nothing else.
 */
public final class ReplicaReconciler implements Reconciler {
    /**
     * Pods made or deleted by one plan. A surge of one owner must not keep others waiting, and the next plan goes on
     * where this one ended.
     */
    static final int BURST = 500;

    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();

    private final ResourceType type;
    private final String name;

    private ReplicaReconciler(ResourceType type, String name) {
        this.type = type;
        this.name = name;
    }

    public static ReplicaReconciler ofReplicaSets() {
        return new ReplicaReconciler(BuiltInTypes.REPLICA_SETS, "replicaset-controller");
    }

    public static ReplicaReconciler ofReplicationControllers() {
        return new ReplicaReconciler(BuiltInTypes.REPLICATION_CONTROLLERS, "replication-controller");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(type.groupResource(), PODS);
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        if (change.key().resource().equals(type.groupResource())) {
            return List.of(change.key());
        }
        return change.key().resource().equals(PODS)
                ? Owners.concerned(change, type, this::selectorOf, view)
                : List.of();
    }

    private LabelSelector selectorOf(StoredObject owner) {
        JsonNode selector = owner.tree().path("spec").path("selector");
        if (type.groupResource().equals(BuiltInTypes.REPLICA_SETS.groupResource())) {
            return LabelSelector.of(selector);
        }
        Map<String, String> labels = new HashMap<>();
        selector.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels.isEmpty() ? LabelSelector.nothing() : LabelSelector.equalTo(labels);
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        StoredObject owner = found.get();
        Owners.Claim claim = Owners.claim(owner, selectorOf(owner), activePods(owner, view));
        List<StoredObject> pods = claim.owned();
        int wanted = Json.integer(owner.tree(), 1, "spec", "replicas");
        int surplus = owner.meta().isDeleting() ? 0 : pods.size() - wanted;

        List<PlanStep> steps = new ArrayList<>(claim.steps());
        // Before the pods: should their creation be refused, this must still be told.
        status(owner, pods, failureCondition(surplus, view.lastFailure(key)), now)
                .ifPresent(status -> {
                    ObjectNode changed = owner.copy();
                    changed.set("status", status);
                    Steps.updateStatus(owner, changed).ifPresent(steps::add);
                });
        if (surplus < 0) {
            steps.addAll(creations(owner, Math.min(-surplus, BURST)));
        } else if (surplus > 0) {
            DeletionOrder.first(Math.min(surplus, BURST), pods, relatedPods(owner, view), now)
                    .forEach(pod -> steps.add(Steps.delete(pod, deletionOf(owner))));
        }
        Plan plan = Plan.of(steps);
        return nextAvailability(owner, pods, now)
                .map(then -> plan.againAfter(Times.until(then, now)))
                .orElse(plan);
    }

    /** Active pods that the owner controls or that nobody does. */
    private static List<StoredObject> activePods(StoredObject owner, ClusterView view) {
        return Stream.concat(
                        view.controlledBy(PODS, owner.meta().uid()).stream(),
                        view.uncontrolled(PODS, owner.meta().namespace()).stream())
                .filter(pod -> new PodView(pod).isActive())
                .toList();
    }

    /** The pods of all replica sets that have the same controller as this one, and of this one. */
    private List<StoredObject> relatedPods(StoredObject owner, ClusterView view) {
        List<StoredObject> siblings = owner.meta()
                .controller()
                .map(controller -> view.controlledBy(type.groupResource(), controller.uid()))
                .orElse(List.of(owner));
        return siblings.stream()
                .flatMap(sibling -> view.controlledBy(PODS, sibling.meta().uid()).stream())
                .toList();
    }

    private static List<PlanStep> creations(StoredObject owner, int count) {
        Announcement announcement = new Announcement(
                owner,
                Optional.of(Announcement.Text.normal("SuccessfulCreate", "Created pod: ")),
                Optional.of(Announcement.Text.warning("FailedCreate", "Error creating: ")));
        List<PlanStep> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(new PlanStep.Create(
                    BuiltInTypes.PODS, owner.meta().namespace(), PodTemplates.podOf(owner), Optional.of(announcement)));
        }
        return steps;
    }

    private static Announcement deletionOf(StoredObject owner) {
        return new Announcement(
                owner,
                Optional.of(Announcement.Text.normal("SuccessfulDelete", "Deleted pod: ")),
                Optional.of(Announcement.Text.warning("FailedDelete", "Error deleting: ")));
    }

    private static Optional<Condition> failureCondition(int surplus, Optional<PlanFailure> failure) {
        if (surplus == 0 || failure.isEmpty()) {
            return Optional.empty();
        }
        String message = failure.get().status().message();
        return switch (failure.get().step()) {
            case PlanStep.Create create
            when surplus < 0 -> Optional.of(Condition.isTrue(ReplicaStatus.FAILURE, "FailedCreate", message));
            case PlanStep.Delete delete
            when surplus > 0 -> Optional.of(Condition.isTrue(ReplicaStatus.FAILURE, "FailedDelete", message));
            case PlanStep.Create create -> Optional.empty();
            case PlanStep.Delete delete -> Optional.empty();
            case PlanStep.Update update -> Optional.empty();
            case PlanStep.Change changeStep -> Optional.empty();
            case PlanStep.Require require -> Optional.empty();
            case PlanStep.RequireNone none -> Optional.empty();
            case PlanStep.SignCertificate sign -> Optional.empty();
            case PlanStep.RecordEvent event -> Optional.empty();
        };
    }

    /** The status as it should be, if it is not so already. */
    private static Optional<ObjectNode> status(
            StoredObject owner, List<StoredObject> pods, Optional<Condition> failure, Instant now) {
        JsonNode spec = owner.tree().path("spec");
        boolean settled = owner.meta().isDeleting() || pods.size() == Json.integer(spec, 1, "replicas");
        return ReplicaStatus.count(spec, pods, now)
                .toJson(
                        owner.tree().path("status"),
                        owner.meta().generation(),
                        new ReplicaStatus.Failure(failure, settled),
                        now);
    }

    /** When the next pod becomes available by the passing of time alone. */
    private static Optional<Instant> nextAvailability(StoredObject owner, List<StoredObject> pods, Instant now) {
        int minReadySeconds = Json.integer(owner.tree(), 0, "spec", "minReadySeconds");
        return pods.stream()
                .flatMap(pod -> new PodView(pod).availableFrom(minReadySeconds).stream())
                .filter(from -> from.isAfter(now))
                .min(Instant::compareTo);
    }
}
