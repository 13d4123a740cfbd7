package dev.troupe.model.controller.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Mirrors the Endpoints that a user keeps for a Service without a selector into EndpointSlices, which is all that service
 * proxies read (KEP-0752).
 */
public final class EndpointSliceMirroringReconciler implements Reconciler {
    private static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

    /** Addresses of one subset that are mirrored. */
    private static final int MOST_ADDRESSES = 1000;

    private static final GroupResource ENDPOINTS = BuiltInTypes.ENDPOINTS.groupResource();
    private static final GroupResource SERVICES = BuiltInTypes.SERVICES.groupResource();
    private static final GroupResource SLICES = BuiltInTypes.ENDPOINT_SLICES.groupResource();

    @Override
    public String name() {
        return "endpointslicemirroring-controller";
    }

    @Override
    public String component() {
        return "endpoint-slice-mirroring-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(ENDPOINTS, SERVICES, SLICES);
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        String namespace = change.key().name().namespace();
        if (!change.key().resource().equals(SLICES)) {
            return List.of(
                    BuiltInTypes.ENDPOINTS.key(namespace, change.key().name().name()));
        }
        String service = change.object().meta().labels().getOrDefault(EndpointSliceReconciler.SERVICE_NAME, "");
        return isMirror(change.object()) && !service.isEmpty()
                ? List.of(BuiltInTypes.ENDPOINTS.key(namespace, service))
                : List.of();
    }

    private static boolean isMirror(StoredObject slice) {
        return MANAGER.equals(slice.meta().labels().get(EndpointSliceReconciler.MANAGED_BY));
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        String namespace = key.name().namespace();
        String name = key.name().name();
        List<StoredObject> slices = view.list(SLICES, namespace).stream()
                .filter(slice -> isMirror(slice)
                        && name.equals(slice.meta().labels().get(EndpointSliceReconciler.SERVICE_NAME))
                        && !slice.meta().isDeleting())
                .toList();
        boolean wanted = view.get(BuiltInTypes.SERVICES.key(namespace, name))
                .filter(EndpointSliceMirroringReconciler::hasNoSelector)
                .isPresent();
        Optional<StoredObject> endpoints = view.get(key).filter(present -> wanted && isToBeMirrored(present));
        if (endpoints.isEmpty()) {
            return Plan.of(slices.stream().<PlanStep>map(Steps::delete).toList());
        }
        List<PlanStep> steps = new ArrayList<>();
        for (String family : List.of("IPv4", "IPv6")) {
            List<StoredObject> ofFamily = slices.stream()
                    .filter(slice -> Json.text(slice.tree(), "addressType").equals(family))
                    .toList();
            SlicePacking.Origin origin =
                    new SlicePacking.Origin(endpoints.get(), labels(endpoints.get()), MOST_ADDRESSES);
            steps.addAll(new SlicePacking(origin, family, ofFamily).pack(desired(endpoints.get(), family), false));
        }
        return Plan.of(steps);
    }

    private static boolean hasNoSelector(StoredObject service) {
        return service.tree().path("spec").path("selector").isEmpty();
    }

    private static boolean isToBeMirrored(StoredObject endpoints) {
        return !"true".equals(endpoints.meta().labels().get(SKIP))
                && Json.text(endpoints.tree(), "metadata", "annotations", LEADER)
                        .isEmpty();
    }

    private static Map<String, String> labels(StoredObject endpoints) {
        Map<String, String> labels = new HashMap<>(endpoints.meta().labels());
        labels.put(EndpointSliceReconciler.SERVICE_NAME, endpoints.meta().name());
        labels.put(EndpointSliceReconciler.MANAGED_BY, MANAGER);
        return labels;
    }

    private static Map<ArrayNode, List<SlicePacking.Endpoint>> desired(StoredObject endpoints, String family) {
        Map<ArrayNode, List<SlicePacking.Endpoint>> byPorts = new LinkedHashMap<>();
        for (JsonNode subset : endpoints.tree().path("subsets")) {
            List<SlicePacking.Endpoint> mirrored = new ArrayList<>();
            subset.path("addresses").forEach(address -> mirror(address, true, family, mirrored));
            subset.path("notReadyAddresses").forEach(address -> mirror(address, false, family, mirrored));
            if (!mirrored.isEmpty()) {
                byPorts.computeIfAbsent(ports(subset), absent -> new ArrayList<>())
                        .addAll(mirrored);
            }
        }
        return byPorts;
    }

    private static void mirror(JsonNode address, boolean ready, String family, List<SlicePacking.Endpoint> mirrored) {
        String ip = Json.text(address, "ip");
        if (!ServicePods.isOfFamily(ip, family) || mirrored.size() >= MOST_ADDRESSES) {
            return;
        }
        ObjectNode endpoint = Json.object();
        endpoint.putArray("addresses").add(ip);
        endpoint.putObject("conditions").put("ready", ready);
        for (String field : List.of("hostname", "targetRef", "nodeName")) {
            if (address.has(field)) {
                endpoint.set(field, address.get(field).deepCopy());
            }
        }
        mirrored.add(new SlicePacking.Endpoint(endpoint, Optional.empty()));
    }

    private static ArrayNode ports(JsonNode subset) {
        ArrayNode ports = Json.array();
        for (JsonNode port : subset.path("ports")) {
            ObjectNode mirrored = ports.addObject();
            mirrored.put("name", Json.text(port, "name"))
                    .put("port", Json.integer(port, 0, "port"))
                    .put("protocol", Json.optionalText(port, "protocol").orElse("TCP"));
            Json.optionalText(port, "appProtocol").ifPresent(name -> mirrored.put("appProtocol", name));
        }
        return ports;
    }
}
