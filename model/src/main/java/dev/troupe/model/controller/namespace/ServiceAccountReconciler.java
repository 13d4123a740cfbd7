package dev.troupe.model.controller.namespace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Gives every namespace the ServiceAccount {@code default}, without which no pod is admitted. */
public final class ServiceAccountReconciler implements Reconciler {
    private static final String DEFAULT = "default";

    @Override
    public String name() {
        return "service-account-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(Namespaces.RESOURCE, BuiltInTypes.SERVICE_ACCOUNTS.groupResource());
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        if (change.key().resource().equals(Namespaces.RESOURCE)) {
            return List.of(change.key());
        }
        boolean lost = change.after().isEmpty() && change.key().name().name().equals(DEFAULT);
        return lost ? List.of(Namespaces.key(change.key().name().namespace())) : List.of();
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        String namespace = key.name().name();
        boolean wanted = view.get(key).filter(Namespaces::isActive).isPresent();
        if (!wanted
                || view.get(BuiltInTypes.SERVICE_ACCOUNTS.key(namespace, DEFAULT))
                        .isPresent()) {
            return Plan.nothing();
        }
        ObjectNode account = Json.object();
        account.put("apiVersion", "v1").put("kind", "ServiceAccount");
        account.putObject("metadata").put("name", DEFAULT);
        return Plan.of(List.of(new PlanStep.Create(BuiltInTypes.SERVICE_ACCOUNTS, namespace, account)));
    }
}
