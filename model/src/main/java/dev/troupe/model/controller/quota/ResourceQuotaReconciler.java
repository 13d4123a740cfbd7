package dev.troupe.model.controller.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.quota.QuotaState;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts in each ResourceQuota's status what its namespace uses. */
public final class ResourceQuotaReconciler implements Reconciler {
    private static final GroupResource QUOTAS = BuiltInTypes.RESOURCE_QUOTAS.groupResource();
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();

    private final Set<GroupResource> resources;

    public ResourceQuotaReconciler(ResourceRegistry registry) {
        resources = registry.all().stream()
                .map(ResourceStrategy::type)
                .filter(ResourceType::namespaced)
                .map(ResourceType::groupResource)
                .filter(resource -> !resource.equals(BuiltInTypes.EVENTS.groupResource()))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String name() {
        return "resourcequota-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return resources;
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        if (change.key().resource().equals(QUOTAS)) {
            List<ObjectKey> keys = new ArrayList<>(countedIn(change.key(), view));
            keys.add(change.key());
            return keys;
        }
        List<ObjectKey> quotas = countedIn(change.key(), view);
        return quotas.isEmpty() || countsTheSame(change) ? List.of() : quotas;
    }

    private static List<ObjectKey> countedIn(ObjectKey key, ClusterView view) {
        return view.list(QUOTAS, key.name().namespace()).stream()
                .filter(quota -> QuotaState.resources(quota.tree()).contains(key.resource()))
                .map(StoredObject::key)
                .toList();
    }

    private static boolean countsTheSame(ObservedChange change) {
        if (change.before().isEmpty() || change.after().isEmpty()) {
            return false;
        }
        StoredObject before = change.before().get();
        StoredObject after = change.after().get();
        return before.meta().uid().equals(after.meta().uid())
                && before.meta().isDeleting() == after.meta().isDeleting()
                && new PodView(before).isTerminal() == new PodView(after).isTerminal()
                && before.tree().path("spec").equals(after.tree().path("spec"));
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        StoredObject quota = found.get();
        String namespace = quota.meta().namespace();
        List<QuotaState.Counted> objects = new ArrayList<>();
        Set<GroupResource> counted = QuotaState.resources(quota.tree());
        for (GroupResource resource : counted) {
            view.list(resource, namespace)
                    .forEach(object -> objects.add(new QuotaState.Counted(resource, object.tree())));
        }
        QuotaState state = QuotaState.computed(quota.tree(), objects, now);
        ObjectNode changed = quota.copy();
        ObjectNode status = Json.objectAt(changed, "status");
        status.set("hard", amounts(state.hard()));
        status.set("used", amounts(state.used()));
        Plan plan = Plan.of(Steps.updateStatus(quota, changed).map(List::of).orElse(List.of()));
        return counted.contains(PODS)
                ? nextEnd(view.list(PODS, namespace), now)
                        .map(end -> plan.againAfter(Times.until(end, now).plusMillis(1)))
                        .orElse(plan)
                : plan;
    }

    private static ObjectNode amounts(Map<String, Quantity> amounts) {
        ObjectNode json = Json.object();
        new TreeMap<>(amounts).forEach((name, amount) -> json.put(name, amount.toString()));
        return json;
    }

    /** A pod that should be gone stops to count, though no change of it tells when. */
    private static Optional<Instant> nextEnd(List<StoredObject> pods, Instant now) {
        return pods.stream()
                .filter(pod -> pod.meta().isDeleting())
                .map(pod -> pod.meta()
                        .deletionTimestamp()
                        .orElse(now)
                        .plusSeconds(Json.integer(pod.tree(), 0, "metadata", "deletionGracePeriodSeconds")))
                .filter(end -> !end.isBefore(now))
                .min(Instant::compareTo);
    }
}
