package dev.troupe.model.controller.object;

import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ObjectMeta;
import dev.troupe.model.resource.OwnerReference;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.LabelSelector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Who controls what, and what a controller takes and gives back. */
public final class Owners {
    private Owners() {}

    /**
     * What a claim found.
     *
     * @param owned the objects that are the owner's once the steps have run
     * @param steps adoptions and releases
     */
    public record Claim(List<StoredObject> owned, List<PlanStep> steps) {
        public Claim {
            owned = List.copyOf(owned);
            steps = List.copyOf(steps);
        }
    }

    /** The key of the object's controller, if that is of the type. */
    public static Optional<ObjectKey> controllerKey(StoredObject object, ResourceType ownerType) {
        return object.meta()
                .controller()
                .filter(owner -> owner.kind().equals(ownerType.kind()) && isOfGroup(owner, ownerType))
                .map(owner -> ownerType.key(object.meta().namespace(), owner.name()));
    }

    private static boolean isOfGroup(OwnerReference owner, ResourceType type) {
        int slash = owner.apiVersion().indexOf('/');
        return (slash < 0 ? "" : owner.apiVersion().substring(0, slash)).equals(type.group());
    }

    /**
     * The owners of a type that a change of a dependent concerns: its controllers before and after, and for an orphan
     * all whose selector matches it.
     */
    public static Set<ObjectKey> concerned(
            ObservedChange change,
            ResourceType ownerType,
            Function<StoredObject, LabelSelector> selectorOf,
            ClusterView view) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        change.before().flatMap(before -> controllerKey(before, ownerType)).ifPresent(keys::add);
        change.after().flatMap(after -> controllerKey(after, ownerType)).ifPresent(keys::add);
        change.after()
                .filter(after -> after.meta().controller().isEmpty())
                .filter(after -> change.before()
                        .filter(before -> sameClaims(before.meta(), after.meta()))
                        .isEmpty())
                .ifPresent(orphan -> {
                    for (StoredObject owner :
                            view.list(ownerType.groupResource(), orphan.meta().namespace())) {
                        if (selectorOf.apply(owner).matches(orphan.meta().labels())) {
                            keys.add(owner.key());
                        }
                    }
                });
        return keys;
    }

    private static boolean sameClaims(ObjectMeta before, ObjectMeta after) {
        return before.labels().equals(after.labels())
                && before.ownerReferences().equals(after.ownerReferences());
    }

    /**
     * Sorts candidates into what the owner controls, may adopt and must release. Adoption is preceded by a look whether
     * the owner is still wanted, because a view may not yet know of its deletion.
     */
    public static Claim claim(StoredObject owner, LabelSelector selector, List<StoredObject> candidates) {
        List<StoredObject> owned = new ArrayList<>();
        List<PlanStep> adoptions = new ArrayList<>();
        List<PlanStep> steps = new ArrayList<>();
        boolean deleting = owner.meta().isDeleting();
        for (StoredObject candidate : candidates) {
            boolean matches = selector.matches(candidate.meta().labels());
            Optional<OwnerReference> controller = candidate.meta().controller();
            if (controller.isPresent()) {
                if (!controller.get().uid().equals(owner.meta().uid())) {
                    continue;
                }
                if (matches) {
                    owned.add(candidate);
                } else if (!deleting) {
                    steps.add(Steps.release(candidate, owner.meta().uid()));
                }
            } else if (matches && !deleting && !candidate.meta().isDeleting()) {
                owned.add(candidate);
                adoptions.add(Steps.adopt(candidate, owner));
            }
        }
        if (!adoptions.isEmpty()) {
            steps.add(Steps.active(owner));
            steps.addAll(adoptions);
        }
        return new Claim(owned, steps);
    }
}
