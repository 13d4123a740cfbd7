package dev.troupe.model.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.pod.PodResources;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.OwnerReference;
import dev.troupe.model.resource.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as the scheduler sees it, read once.
 *
 * @param spec read only
 * @param requests by resource name, overhead included
 * @param hostPorts that it needs on its node
 */
public record PendingPod(StoredObject object, JsonNode spec, Map<String, Quantity> requests, List<HostPort> hostPorts) {
    /** What upstream counts for a container without requests when it scores, so that such pods spread too. */
    static final Quantity DEFAULT_CPU = Quantity.ofMilli(100);

    static final Quantity DEFAULT_MEMORY = Quantity.of(200L << 20);

    /** A port of the node itself; an address of "" or 0.0.0.0 stands for all. */
    public record HostPort(String protocol, String address, int port) {
        boolean conflictsWith(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (isAny() || other.isAny() || address.equals(other.address));
        }

        private boolean isAny() {
            return address.isEmpty() || address.equals("0.0.0.0");
        }
    }

    public PendingPod {
        requests = Map.copyOf(requests);
        hostPorts = List.copyOf(hostPorts);
    }

    public static PendingPod of(StoredObject pod) {
        JsonNode spec = pod.tree().path("spec");
        List<HostPort> ports = new ArrayList<>();
        for (JsonNode container : spec.path("containers")) {
            for (JsonNode port : container.path("ports")) {
                int hostPort = Json.integer(port, 0, "hostPort");
                if (hostPort != 0) {
                    ports.add(new HostPort(Json.text(port, "protocol"), Json.text(port, "hostIP"), hostPort));
                }
            }
        }
        return new PendingPod(pod, spec, PodResources.requests(spec), ports);
    }

    public String uid() {
        return object.meta().uid();
    }

    String namespace() {
        return object.meta().namespace();
    }

    Map<String, String> labels() {
        return object.meta().labels();
    }

    Optional<String> controllerUid() {
        return object.meta().controller().map(OwnerReference::uid);
    }

    /** {@code spec.priority}: the higher, the sooner. */
    public int priority() {
        return Json.integer(spec, 0, "priority");
    }

    Quantity request(String resource) {
        return requests.getOrDefault(resource, Quantity.ZERO);
    }

    /** As {@link #request}, but never nothing: for scores. */
    Quantity weight(String resource) {
        Quantity request = request(resource);
        if (!request.isZero()) {
            return request;
        }
        return switch (resource) {
            case "cpu" -> DEFAULT_CPU;
            case "memory" -> DEFAULT_MEMORY;
            default -> request;
        };
    }
}
