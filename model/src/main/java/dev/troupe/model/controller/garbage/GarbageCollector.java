package dev.troupe.model.controller.garbage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.DeleteOptions.Propagation;
import dev.troupe.model.api.Patch;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ObjectMeta;
import dev.troupe.model.resource.OwnerReference;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Deletes objects all of whose owners are gone, and takes off the finalizers {@code foregroundDeletion} and
 * {@code orphan} once their condition is met. Owners are known by uid; that one is gone is asked of the store itself,
 * because a view may have seen a dependent before its owner.
 */
public final class GarbageCollector implements Reconciler {
    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    private final ResourceRegistry registry;

    public GarbageCollector(ResourceRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String name() {
        return "generic-garbage-collector";
    }

    /** All but API Events, which nobody owns and of which there are many. */
    @Override
    public Set<GroupResource> resources() {
        return registry.all().stream()
                .map(ResourceStrategy::type)
                .map(ResourceType::groupResource)
                .filter(resource -> !resource.equals(BuiltInTypes.EVENTS.groupResource()))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        Optional<ObjectMeta> before = change.before().map(StoredObject::meta);
        Optional<ObjectMeta> after = change.after().map(StoredObject::meta);
        if (before.isPresent() && after.isPresent() && sameBonds(before.get(), after.get())) {
            return List.of();
        }
        Set<ObjectKey> keys = new LinkedHashSet<>();
        after.filter(meta -> !meta.ownerReferences().isEmpty() || isDeletedByUs(meta))
                .ifPresent(meta -> keys.add(change.key()));
        boolean gone = before.isPresent()
                && after.filter(meta -> meta.uid().equals(before.get().uid())).isEmpty();
        if (gone) {
            addDependents(before.get().uid(), view, keys);
        }
        after.filter(GarbageCollector::isDeletedByUs).ifPresent(meta -> addDependents(meta.uid(), view, keys));
        // An owner may be waiting for this one to go, or to be let go.
        before.ifPresent(meta -> meta.ownerReferences()
                .forEach(owner -> keyOf(owner, meta.namespace())
                        .filter(key -> view.get(key)
                                .filter(object -> isDeletedByUs(object.meta()))
                                .isPresent())
                        .ifPresent(keys::add)));
        return keys;
    }

    private static boolean sameBonds(ObjectMeta before, ObjectMeta after) {
        return before.uid().equals(after.uid())
                && before.ownerReferences().equals(after.ownerReferences())
                && before.finalizers().equals(after.finalizers())
                && before.isDeleting() == after.isDeleting();
    }

    private static void addDependents(String uid, ClusterView view, Set<ObjectKey> keys) {
        view.dependentsOf(uid).forEach(dependent -> keys.add(dependent.key()));
    }

    private static boolean isDeletedByUs(ObjectMeta meta) {
        return meta.isDeleting()
                && (meta.finalizers().contains(FOREGROUND) || meta.finalizers().contains(ORPHAN));
    }

    private static boolean waitsForDependents(ObjectMeta meta) {
        return meta.isDeleting() && meta.finalizers().contains(FOREGROUND);
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        StoredObject object = found.get();
        ObjectMeta meta = object.meta();
        if (meta.isDeleting()) {
            if (meta.finalizers().contains(ORPHAN)) {
                return Plan.of(orphanDependents(object, view));
            }
            return waitsForDependents(meta) ? Plan.of(awaitDependents(object, view)) : Plan.nothing();
        }
        return meta.ownerReferences().isEmpty() ? Plan.nothing() : Plan.of(judge(object, view));
    }

    private static List<PlanStep> orphanDependents(StoredObject owner, ClusterView view) {
        List<PlanStep> steps = new ArrayList<>();
        for (StoredObject dependent : view.dependentsOf(owner.meta().uid())) {
            steps.add(withoutOwners(
                    dependent, reference -> reference.uid().equals(owner.meta().uid())));
        }
        steps.add(withoutFinalizer(owner, ORPHAN));
        return steps;
    }

    private static List<PlanStep> awaitDependents(StoredObject owner, ClusterView view) {
        boolean blocked = view.dependentsOf(owner.meta().uid()).stream()
                .anyMatch(dependent -> blocks(dependent, owner.meta().uid()));
        return blocked ? List.of() : List.of(withoutFinalizer(owner, FOREGROUND));
    }

    private static boolean blocks(StoredObject dependent, String ownerUid) {
        return dependent.meta().ownerReferences().stream()
                .anyMatch(owner -> owner.uid().equals(ownerUid) && owner.blockOwnerDeletion());
    }

    /** An owner that is gone, with where it would be. */
    private record Dangling(OwnerReference reference, ObjectKey key) {}

    private List<PlanStep> judge(StoredObject object, ClusterView view) {
        List<Dangling> dangling = new ArrayList<>();
        Set<String> waiting = new LinkedHashSet<>();
        boolean solid = false;
        for (OwnerReference reference : object.meta().ownerReferences()) {
            Optional<ObjectKey> key = keyOf(reference, object.meta().namespace());
            Optional<StoredObject> owner = key.flatMap(view::get)
                    .filter(present -> present.meta().uid().equals(reference.uid()));
            if (key.isEmpty()) {
                // Of a kind unknown here, or out of reach: nobody can say that it is gone.
                solid = true;
            } else if (owner.isEmpty()) {
                dangling.add(new Dangling(reference, key.get()));
            } else if (waitsForDependents(owner.get().meta())) {
                waiting.add(reference.uid());
            } else {
                solid = true;
            }
        }
        if (solid && dangling.isEmpty() && waiting.isEmpty()) {
            return List.of();
        }
        List<PlanStep> steps = new ArrayList<>();
        Set<String> leaving = new LinkedHashSet<>(waiting);
        for (Dangling owner : dangling) {
            leaving.add(owner.reference().uid());
            steps.add(new PlanStep.Require(owner.key(), owner.reference().uid(), PlanStep.Expectation.GONE));
        }
        if (solid) {
            steps.add(withoutOwners(object, reference -> leaving.contains(reference.uid())));
        } else {
            steps.addAll(deletion(object, !waiting.isEmpty(), view));
        }
        return steps;
    }

    private static List<PlanStep> deletion(StoredObject object, boolean ownerWaits, ClusterView view) {
        List<StoredObject> dependents = view.dependentsOf(object.meta().uid());
        List<PlanStep> steps = new ArrayList<>();
        Propagation propagation = object.meta().finalizers().contains(ORPHAN)
                ? Propagation.ORPHAN
                : object.meta().finalizers().contains(FOREGROUND) ? Propagation.FOREGROUND : Propagation.BACKGROUND;
        if (ownerWaits && !dependents.isEmpty()) {
            // Its owner waits for it, so it waits for its own; but not for one that waits for it in a circle.
            propagation = Propagation.FOREGROUND;
            boolean circle = dependents.stream().anyMatch(dependent -> waitsForDependents(dependent.meta()));
            if (circle) {
                steps.add(unblocking(object));
            }
        }
        // After an unblocking the object has another version; its uid is then all that can be demanded.
        Optional<String> version =
                steps.isEmpty() ? Optional.of(Long.toString(object.resourceVersion())) : Optional.empty();
        steps.add(new PlanStep.Delete(
                object.key(),
                new DeleteOptions(
                        false,
                        DeleteOptions.defaults().gracePeriodSeconds(),
                        Optional.of(propagation),
                        Optional.of(object.meta().uid()),
                        version)));
        return steps;
    }

    private Optional<ObjectKey> keyOf(OwnerReference owner, String namespace) {
        int slash = owner.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : owner.apiVersion().substring(0, slash);
        return registry.all().stream()
                .map(ResourceStrategy::type)
                .filter(type -> type.kind().equals(owner.kind()) && type.group().equals(group))
                .findFirst()
                // A cluster-scoped object cannot have an owner in a namespace: which one would that be?
                .filter(type -> !type.namespaced() || !namespace.isEmpty())
                .map(type -> type.key(namespace, owner.name()));
    }

    private static PlanStep withoutOwners(StoredObject object, Predicate<OwnerReference> leaving) {
        ArrayNode kept = Json.array();
        JsonNode references = object.tree().path("metadata").path("ownerReferences");
        List<OwnerReference> parsed = object.meta().ownerReferences();
        for (int i = 0; i < parsed.size(); i++) {
            if (!leaving.test(parsed.get(i))) {
                kept.add(references.get(i).deepCopy());
            }
        }
        return changeOf(object, "ownerReferences", kept);
    }

    private static PlanStep unblocking(StoredObject object) {
        ArrayNode references = Json.array();
        object.tree().path("metadata").path("ownerReferences").forEach(reference -> {
            ObjectNode changed = reference.deepCopy();
            references.add(changed.put("blockOwnerDeletion", false));
        });
        return changeOf(object, "ownerReferences", references);
    }

    private static PlanStep withoutFinalizer(StoredObject object, String finalizer) {
        ArrayNode kept = Json.array();
        object.meta().finalizers().stream()
                .filter(each -> !each.equals(finalizer))
                .forEach(kept::add);
        return changeOf(object, "finalizers", kept);
    }

    /** A list cannot be changed without knowing it whole, hence the version. */
    private static PlanStep changeOf(StoredObject object, String field, ArrayNode value) {
        ObjectNode patch = Json.object();
        patch.putObject("metadata")
                .put("uid", object.meta().uid())
                .put("resourceVersion", Long.toString(object.resourceVersion()))
                .set(field, value);
        return new PlanStep.Change(object.key(), "", new Patch.MergePatch(patch));
    }
}
