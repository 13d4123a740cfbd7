package dev.troupe.model.controller.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps the EndpointSlices of each Service with a selector. */
public final class EndpointSliceReconciler implements Reconciler {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";

    /** Endpoints of a slice, Kubernetes' default. */
    private static final int MOST_ENDPOINTS = 100;

    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final GroupResource SERVICES = BuiltInTypes.SERVICES.groupResource();
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();
    private static final GroupResource NODES = BuiltInTypes.NODES.groupResource();
    private static final GroupResource SLICES = BuiltInTypes.ENDPOINT_SLICES.groupResource();

    @Override
    public String name() {
        return "endpointslice-controller";
    }

    @Override
    public String component() {
        return "endpoint-slice-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(SERVICES, PODS, NODES, SLICES);
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
        return changed.equals(SLICES) ? serviceOf(change.object()) : servicesOnNode(change, view);
    }

    private static List<ObjectKey> serviceOf(StoredObject slice) {
        String service = slice.meta().labels().getOrDefault(SERVICE_NAME, "");
        return isManaged(slice) && !service.isEmpty()
                ? List.of(BuiltInTypes.SERVICES.key(slice.meta().namespace(), service))
                : List.of();
    }

    private static boolean isManaged(StoredObject slice) {
        return MANAGER.equals(slice.meta().labels().get(MANAGED_BY));
    }

    /** A node that comes, goes or moves to another zone; its heartbeats are of no interest. */
    private static Set<ObjectKey> servicesOnNode(ObservedChange change, ClusterView view) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        if (change.before()
                .map(EndpointSliceReconciler::zone)
                .equals(change.after().map(EndpointSliceReconciler::zone))) {
            return keys;
        }
        for (StoredObject pod : view.list(PODS, "")) {
            if (new PodView(pod).nodeName().equals(change.key().name().name())) {
                keys.addAll(ServicePods.concerned(new ObservedChange(Optional.empty(), Optional.of(pod)), view));
            }
        }
        return keys;
    }

    private static String zone(StoredObject node) {
        return node.meta().labels().getOrDefault(ZONE, "");
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        // The slices of a Service that is gone have it as their owner, and go with it.
        if (found.isEmpty() || ServicePods.selectorOf(found.get()).isEmpty()) {
            return Plan.nothing();
        }
        StoredObject service = found.get();
        List<StoredObject> slices = view.list(SLICES, service.meta().namespace()).stream()
                .filter(slice -> isManaged(slice)
                        && service.meta().name().equals(slice.meta().labels().get(SERVICE_NAME))
                        && !slice.meta().isDeleting())
                .toList();
        List<PodView> pods = ServicePods.of(service, view);
        List<String> families = ServicePods.families(service);
        List<PlanStep> steps = new ArrayList<>();
        for (String family : families) {
            List<StoredObject> ofFamily = slices.stream()
                    .filter(slice -> addressType(slice).equals(family))
                    .toList();
            SlicePacking.Origin origin = new SlicePacking.Origin(service, labels(service), MOST_ENDPOINTS);
            steps.addAll(new SlicePacking(origin, family, ofFamily).pack(desired(service, family, pods, view), true));
        }
        slices.stream()
                .filter(slice -> !families.contains(addressType(slice)))
                .forEach(slice -> steps.add(Steps.delete(slice)));
        return Plan.of(steps);
    }

    private static Map<String, String> labels(StoredObject service) {
        Map<String, String> labels = new HashMap<>(service.meta().labels());
        labels.remove(HEADLESS);
        if (ServicePods.isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        labels.put(SERVICE_NAME, service.meta().name());
        labels.put(MANAGED_BY, MANAGER);
        return labels;
    }

    private static String addressType(StoredObject slice) {
        return Json.text(slice.tree(), "addressType");
    }

    /** The endpoints by their set of ports. */
    private static Map<ArrayNode, List<SlicePacking.Endpoint>> desired(
            StoredObject service, String family, List<PodView> pods, ClusterView view) {
        Map<ArrayNode, List<SlicePacking.Endpoint>> byPorts = new LinkedHashMap<>();
        for (PodView pod : pods) {
            Optional<StoredObject> node = view.get(BuiltInTypes.NODES.key("", pod.nodeName()));
            if (node.isEmpty() && !ServicePods.publishesNotReady(service)) {
                // It will be collected; until then its address may already be another's.
                continue;
            }
            List<String> addresses = ServicePods.addresses(pod).stream()
                    .filter(address -> ServicePods.isOfFamily(address, family))
                    .toList();
            if (!addresses.isEmpty()) {
                ArrayNode ports = Json.array();
                ServicePods.ports(service, pod).forEach(ports::add);
                byPorts.computeIfAbsent(ports, absent -> new ArrayList<>())
                        .add(endpoint(service, pod, addresses, node));
            }
        }
        return byPorts;
    }

    private static SlicePacking.Endpoint endpoint(
            StoredObject service, PodView pod, List<String> addresses, Optional<StoredObject> node) {
        boolean serving = pod.isReady();
        boolean terminating = pod.object().meta().isDeleting();
        ObjectNode endpoint = Json.object();
        ArrayNode list = endpoint.putArray("addresses");
        addresses.forEach(list::add);
        endpoint.putObject("conditions")
                .put("ready", ServicePods.publishesNotReady(service) || serving && !terminating)
                .put("serving", serving)
                .put("terminating", terminating);
        ServicePods.hostname(service, pod).ifPresent(name -> endpoint.put("hostname", name));
        endpoint.set("targetRef", ServicePods.targetReference(pod));
        if (!pod.nodeName().isEmpty()) {
            endpoint.put("nodeName", pod.nodeName());
        }
        node.map(EndpointSliceReconciler::zone)
                .filter(zone -> !zone.isEmpty())
                .ifPresent(zone -> endpoint.put("zone", zone));
        return new SlicePacking.Endpoint(endpoint, pod.readySince());
    }
}
