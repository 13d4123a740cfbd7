package dev.troupe.model.controller.namespace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Empties a namespace whose deletion began, pods first (KEP-5080: what protects pods, such as a NetworkPolicy, must
 * outlive them), and lets it go once nothing is left. That nothing is left is asked of the store itself.
 */
public final class NamespaceReconciler implements Reconciler {
    /** Deletions of one plan; the next goes on where this one ended. */
    static final int MOST_DELETIONS = 500;

    private static final String FINALIZER = "kubernetes";

    private final List<ResourceType> types;

    public NamespaceReconciler(ResourceRegistry registry) {
        types = registry.all().stream()
                .map(ResourceStrategy::type)
                .filter(ResourceType::namespaced)
                .toList();
    }

    @Override
    public String name() {
        return "namespace-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Stream.concat(Stream.of(Namespaces.RESOURCE), types.stream().map(ResourceType::groupResource))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        ObjectKey key = change.key().resource().equals(Namespaces.RESOURCE)
                ? change.key()
                : Namespaces.key(change.key().name().namespace());
        return view.get(key)
                        .filter(namespace -> !Namespaces.isActive(namespace))
                        .isPresent()
                ? List.of(key)
                : List.of();
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        if (found.isEmpty() || Namespaces.isActive(found.get())) {
            return Plan.nothing();
        }
        StoredObject namespace = found.get();
        List<StoredObject> pods =
                view.list(BuiltInTypes.PODS.groupResource(), namespace.meta().name());
        List<StoredObject> rest = new ArrayList<>(pods);
        if (pods.isEmpty()) {
            types.forEach(type ->
                    rest.addAll(view.list(type.groupResource(), namespace.meta().name())));
        }
        List<StoredObject> toDelete = rest.stream()
                .filter(object -> !object.meta().isDeleting())
                .limit(MOST_DELETIONS)
                .toList();
        List<PlanStep> steps = new ArrayList<>();
        if (!rest.isEmpty()) {
            new DeletionConditions(namespace, now)
                    .update(rest, view.lastFailure(key))
                    .ifPresent(steps::add);
            toDelete.forEach(object -> steps.add(delete(object)));
        } else if (isHeld(namespace)) {
            types.forEach(type ->
                    steps.add(new PlanStep.RequireNone(type, namespace.meta().name())));
            steps.addAll(finish(namespace));
        }
        return Plan.of(steps);
    }

    private static PlanStep delete(StoredObject object) {
        DeleteOptions only = Steps.onlyThis(object);
        return new PlanStep.Delete(
                object.key(),
                new DeleteOptions(
                        false,
                        only.gracePeriodSeconds(),
                        Optional.of(DeleteOptions.Propagation.BACKGROUND),
                        only.uidPrecondition(),
                        only.resourceVersionPrecondition()));
    }

    private static boolean isHeld(StoredObject namespace) {
        for (var finalizer : namespace.tree().path("spec").path("finalizers")) {
            if (finalizer.asText().equals(FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    private static List<PlanStep> finish(StoredObject namespace) {
        ObjectNode released = namespace.copy();
        ArrayNode others = Json.array();
        namespace.tree().path("spec").path("finalizers").forEach(finalizer -> {
            if (!finalizer.asText().equals(FINALIZER)) {
                others.add(finalizer);
            }
        });
        Json.objectAt(released, "spec").set("finalizers", others);
        return Steps.update(namespace, "finalize", released).map(List::of).orElse(List.of());
    }
}
