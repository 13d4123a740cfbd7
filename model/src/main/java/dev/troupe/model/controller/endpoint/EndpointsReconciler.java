package dev.troupe.model.controller.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.Announcement;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.PodView;
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

/** Keeps the Endpoints of each Service with a selector: the older form of its EndpointSlices. */
public final class EndpointsReconciler implements Reconciler {
    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String MANAGER = "endpoint-controller";
    private static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
    private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
    /** Endpoints with it serve an election, and are no Service's. */
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

    private static final GroupResource SERVICES = BuiltInTypes.SERVICES.groupResource();
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();
    private static final GroupResource ENDPOINTS = BuiltInTypes.ENDPOINTS.groupResource();

    @Override
    public String name() {
        return "endpoint-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(SERVICES, PODS, ENDPOINTS);
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        GroupResource changed = change.key().resource();
        if (changed.equals(SERVICES)) {
            return List.of(change.key());
        }
        if (changed.equals(PODS)) {
            return ServicePods.concerned(change, view);
        }
        // What users make themselves, perhaps before their Service, is theirs.
        boolean ours = change.after().isEmpty()
                || MANAGER.equals(change.object().meta().labels().get(MANAGED_BY));
        return ours
                ? List.of(BuiltInTypes.SERVICES.key(
                        change.key().name().namespace(), change.key().name().name()))
                : List.of();
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> service = view.get(key);
        Optional<StoredObject> present = view.get(
                BuiltInTypes.ENDPOINTS.key(key.name().namespace(), key.name().name()));
        if (service.isEmpty()) {
            return present.filter(endpoints -> Json.text(endpoints.tree(), "metadata", "annotations", LEADER)
                            .isEmpty())
                    .map(endpoints -> Plan.of(List.of(Steps.delete(endpoints))))
                    .orElse(Plan.nothing());
        }
        if (ServicePods.selectorOf(service.get()).isEmpty()) {
            return Plan.nothing();
        }
        return Plan.of(present.map(endpoints -> update(service.get(), endpoints, view))
                .orElseGet(() -> create(service.get(), view)));
    }

    private static List<PlanStep> create(StoredObject service, ClusterView view) {
        ObjectNode endpoints = Json.object();
        endpoints.put("apiVersion", "v1").put("kind", "Endpoints");
        endpoints.putObject("metadata").put("name", service.meta().name());
        fill(endpoints, service, view);
        Announcement refused = new Announcement(
                service,
                Optional.empty(),
                Optional.of(Announcement.Text.warning(
                        "FailedToCreateEndpoint", "Failed to create endpoint for service " + service.name() + ": ")));
        return List.of(new PlanStep.Create(
                BuiltInTypes.ENDPOINTS, service.meta().namespace(), endpoints, Optional.of(refused)));
    }

    private static List<PlanStep> update(StoredObject service, StoredObject present, ClusterView view) {
        ObjectNode changed = present.copy();
        fill(changed, service, view);
        boolean same = changed.path("subsets").equals(present.tree().path("subsets"))
                && changed.path("metadata")
                        .path("labels")
                        .equals(present.tree().path("metadata").path("labels"))
                && Json.text(changed, "metadata", "annotations", OVER_CAPACITY)
                        .equals(Json.text(present.tree(), "metadata", "annotations", OVER_CAPACITY));
        return same ? List.of() : Steps.update(present, changed).map(List::of).orElse(List.of());
    }

    private static void fill(ObjectNode endpoints, StoredObject service, ClusterView view) {
        Subsets subsets = new Subsets();
        Optional<Instant> trigger = Optional.empty();
        String family = ServicePods.families(service).get(0);
        boolean publishesNotReady = ServicePods.publishesNotReady(service);
        for (PodView pod : ServicePods.of(service, view)) {
            Optional<String> address = ServicePods.addresses(pod).stream()
                    .filter(each -> ServicePods.isOfFamily(each, family))
                    .findFirst();
            if (address.isEmpty() || pod.object().meta().isDeleting() && !publishesNotReady) {
                continue;
            }
            List<ObjectNode> ports = ServicePods.ports(service, pod);
            boolean portless = service.tree().path("spec").path("ports").isEmpty();
            if (ports.isEmpty() && !(portless && ServicePods.isHeadless(service))) {
                continue;
            }
            subsets.add(address(service, pod, address.get()), publishesNotReady || pod.isReady(), ports);
            trigger = later(trigger, pod.readySince());
        }
        boolean truncated = subsets.truncate();
        ArrayNode list = subsets.toJson();
        if (list.isEmpty()) {
            endpoints.remove("subsets");
        } else {
            endpoints.set("subsets", list);
        }
        fillMetadata(Json.objectAt(endpoints, "metadata"), service);
        annotate(
                Json.objectAt(endpoints, "metadata"),
                truncated,
                trigger.orElse(service.meta().creationTimestamp()));
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
        return one.isPresent() && other.isPresent() && one.get().isAfter(other.get()) ? one : other.or(() -> one);
    }

    private static ObjectNode address(StoredObject service, PodView pod, String ip) {
        ObjectNode address = Json.object();
        address.put("ip", ip);
        ServicePods.hostname(service, pod).ifPresent(name -> address.put("hostname", name));
        if (!pod.nodeName().isEmpty()) {
            address.put("nodeName", pod.nodeName());
        }
        address.set("targetRef", ServicePods.targetReference(pod));
        return address;
    }

    private static void fillMetadata(ObjectNode metadata, StoredObject service) {
        ObjectNode labels = Json.object();
        JsonNode own = service.tree().path("metadata").path("labels");
        own.properties().forEach(label -> labels.set(label.getKey(), label.getValue()));
        labels.remove(HEADLESS);
        if (ServicePods.isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        labels.put(MANAGED_BY, MANAGER);
        metadata.set("labels", labels);
    }

    private static void annotate(ObjectNode metadata, boolean truncated, Instant trigger) {
        ObjectNode annotations = Json.objectAt(metadata, "annotations");
        annotations.put(TRIGGER_TIME, trigger.toString());
        if (truncated) {
            annotations.put(OVER_CAPACITY, "truncated");
        } else {
            annotations.remove(OVER_CAPACITY);
        }
    }
}
