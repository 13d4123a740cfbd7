package dev.troupe.actors.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that every cluster has: the first namespaces, and the service through which pods find the API server.
 * Safe to make again at each start; only what differs is written. Blocking: for virtual threads.
 */
final class BootstrapObjects {
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private static final String NAME = "kubernetes";
    private static final Logger LOG = LoggerFactory.getLogger(BootstrapObjects.class);

    private final ResourceApi api;
    private final Caller caller = Caller.of(
            UserInfo.of("system:apiserver", UserInfo.SYSTEM_MASTERS, UserInfo.SYSTEM_AUTHENTICATED), "bootstrap");

    BootstrapObjects(ResourceApi api) {
        this.api = api;
    }

    /**
     * Makes them.
     *
     * @param address where pods reach the API server, an IPv4 address
     * @param port of the same
     * @param clusterIp of the {@code kubernetes} service: the first of the service range
     * @return failures; the cluster runs without what they speak of
     */
    List<Status> make(String address, int port, String clusterIp) {
        List<Status> failures = new ArrayList<>();
        NAMESPACES.forEach(name -> namespace(name).ifPresent(failures::add));
        put(BuiltInTypes.SERVICES, service(port, clusterIp), List.of("spec", "ports"))
                .ifPresent(failures::add);
        put(BuiltInTypes.ENDPOINTS, endpoints(address, port), List.of("subsets"))
                .ifPresent(failures::add);
        put(BuiltInTypes.ENDPOINT_SLICES, slice(address, port), List.of("endpoints"))
                .ifPresent(failures::add);
        return failures;
    }

    private Optional<Status> namespace(String name) {
        ObjectNode namespace = Json.object();
        namespace.putObject("metadata").put("name", name);
        Outcome<WriteResult> outcome = api.create(
                        caller, BuiltInTypes.NAMESPACES, "", namespace, WriteOptions.internal())
                .toCompletableFuture()
                .join();
        return failure(outcome).filter(status -> !status.reason().equals("AlreadyExists"));
    }

    private static Optional<Status> failure(Outcome<WriteResult> outcome) {
        return outcome instanceof Outcome.Failure<WriteResult> failed ? Optional.of(failed.status()) : Optional.empty();
    }

    /** Creates it, or updates it if the part at the path differs. */
    private Optional<Status> put(ResourceType type, ObjectNode wanted, List<String> path) {
        Outcome<StoredObject> present = api.get(caller, type.key("default", NAME), new ReadVersion.Latest())
                .toCompletableFuture()
                .join();
        String[] at = path.toArray(String[]::new);
        Outcome<WriteResult> outcome;
        if (present instanceof Outcome.Success<StoredObject> found) {
            if (Json.at(found.value().tree(), at).equals(Json.at(wanted, at))) {
                return Optional.empty();
            }
            LOG.info("{} {} changes: the API server's address is new", type.kind(), NAME);
            ObjectNode changed = found.value().copy();
            ObjectNode parent =
                    Json.objectAt(changed, path.subList(0, path.size() - 1).toArray(String[]::new));
            parent.set(path.get(path.size() - 1), Json.at(wanted, at));
            outcome = api.update(caller, found.value().key(), "", changed, WriteOptions.internal())
                    .toCompletableFuture()
                    .join();
        } else {
            outcome = api.create(caller, type, "default", wanted, WriteOptions.internal())
                    .toCompletableFuture()
                    .join();
        }
        return failure(outcome);
    }

    private static ObjectNode service(int port, String clusterIp) {
        ObjectNode service = Json.object();
        service.putObject("metadata")
                .put("name", NAME)
                .putObject("labels")
                .put("component", "apiserver")
                .put("provider", NAME);
        ObjectNode spec = service.putObject("spec");
        spec.put("type", "ClusterIP").put("clusterIP", clusterIp);
        spec.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("protocol", "TCP")
                .put("port", 443)
                .put("targetPort", port);
        return service;
    }

    private static ObjectNode endpoints(String address, int port) {
        ObjectNode endpoints = Json.object();
        endpoints
                .putObject("metadata")
                .put("name", NAME)
                .putObject("labels")
                .put("endpointslice.kubernetes.io/skip-mirror", "true");
        ObjectNode subset = endpoints.putArray("subsets").addObject();
        subset.putArray("addresses").addObject().put("ip", address);
        subset.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", port)
                .put("protocol", "TCP");
        return endpoints;
    }

    private static ObjectNode slice(String address, int port) {
        ObjectNode slice = Json.object();
        slice.putObject("metadata").put("name", NAME).putObject("labels").put("kubernetes.io/service-name", NAME);
        slice.put("addressType", "IPv4");
        ObjectNode endpoint = slice.putArray("endpoints").addObject();
        endpoint.putArray("addresses").add(address);
        endpoint.putObject("conditions").put("ready", true);
        slice.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("protocol", "TCP")
                .put("port", port);
        return slice;
    }
}
