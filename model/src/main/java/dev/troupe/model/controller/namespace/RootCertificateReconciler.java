package dev.troupe.model.controller.namespace;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Publishes the API server's CA certificate in every namespace, where pods mount it. */
public final class RootCertificateReconciler implements Reconciler {
    private static final String NAME = "kube-root-ca.crt";
    private static final String DESCRIPTION = "Contains a CA bundle that can be used to verify the kube-apiserver when"
            + " using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is"
            + " guaranteed across distributions of Kubernetes clusters.";

    private final String certificate;

    /** @param certificate of the CA, as PEM */
    public RootCertificateReconciler(String certificate) {
        this.certificate = certificate;
    }

    @Override
    public String name() {
        return "root-ca-cert-publisher";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(Namespaces.RESOURCE, BuiltInTypes.CONFIG_MAPS.groupResource());
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        if (change.key().resource().equals(Namespaces.RESOURCE)) {
            return List.of(change.key());
        }
        return change.key().name().name().equals(NAME)
                ? List.of(Namespaces.key(change.key().name().namespace()))
                : List.of();
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        if (view.get(key).filter(Namespaces::isActive).isEmpty()) {
            return Plan.nothing();
        }
        String namespace = key.name().name();
        Optional<StoredObject> present = view.get(BuiltInTypes.CONFIG_MAPS.key(namespace, NAME));
        if (present.isEmpty()) {
            ObjectNode map = Json.object();
            map.put("apiVersion", "v1").put("kind", "ConfigMap");
            map.putObject("metadata").put("name", NAME);
            return Plan.of(List.of(new PlanStep.Create(BuiltInTypes.CONFIG_MAPS, namespace, filled(map))));
        }
        return Plan.of(Steps.update(present.get(), filled(present.get().copy()))
                .map(List::of)
                .orElse(List.of()));
    }

    private ObjectNode filled(ObjectNode map) {
        Json.objectAt(map, "metadata", "annotations").put("kubernetes.io/description", DESCRIPTION);
        map.putObject("data").put("ca.crt", certificate);
        return map;
    }
}
