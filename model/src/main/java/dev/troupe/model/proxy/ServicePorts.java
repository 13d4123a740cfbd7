package dev.troupe.model.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Joins a Service with its EndpointSlices. IPv4 only. */
public final class ServicePorts {
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private ServicePorts() {}

    /**
     * The ports of a Service that a node must serve; none for headless and ExternalName services.
     *
     * @param service the Service
     * @param slices its EndpointSlices, by the label {@code kubernetes.io/service-name}
     */
    public static List<ServicePort> of(JsonNode service, List<JsonNode> slices) {
        JsonNode spec = service.path("spec");
        String clusterIp = Json.text(spec, "clusterIP");
        if (clusterIp.isEmpty() || clusterIp.equals("None") || clusterIp.contains(":")) {
            return List.of();
        }
        String owner = Json.text(service, "metadata", "namespace") + "/" + Json.text(service, "metadata", "name");
        int affinity = Json.text(spec, "sessionAffinity").equals("ClientIP")
                ? Json.integer(spec, DEFAULT_AFFINITY_SECONDS, "sessionAffinityConfig", "clientIP", "timeoutSeconds")
                : 0;
        List<String> externalIps = externalIps(service);
        List<ServicePort> ports = new ArrayList<>();
        for (JsonNode port : spec.path("ports")) {
            String portName = Json.text(port, "name");
            ports.add(new ServicePort(
                    portName.isEmpty() ? owner : owner + ":" + portName,
                    protocol(port),
                    clusterIp,
                    Json.integer(port, 0, "port"),
                    externalIps,
                    Json.integer(port, 0, "nodePort"),
                    affinity,
                    endpoints(portName, protocol(port), slices)));
        }
        return ports;
    }

    private static List<String> externalIps(JsonNode service) {
        List<String> addresses = new ArrayList<>();
        service.path("spec").path("externalIPs").forEach(address -> addresses.add(address.asText()));
        service.path("status").path("loadBalancer").path("ingress").forEach(ingress -> {
            String address = Json.text(ingress, "ip");
            if (!address.isEmpty()) {
                addresses.add(address);
            }
        });
        return addresses;
    }

    private static List<ServicePort.Endpoint> endpoints(String portName, String protocol, List<JsonNode> slices) {
        List<ServicePort.Endpoint> ready = new ArrayList<>();
        List<ServicePort.Endpoint> terminating = new ArrayList<>();
        for (JsonNode slice : slices) {
            if (!Json.text(slice, "addressType").equals("IPv4")) {
                continue;
            }
            for (JsonNode port : slice.path("ports")) {
                if (!Objects.equals(Json.text(port, "name"), portName)
                        || !protocol(port).equals(protocol)) {
                    continue;
                }
                int number = Json.integer(port, 0, "port");
                for (JsonNode endpoint : slice.path("endpoints")) {
                    collect(endpoint, number, ready, terminating);
                }
            }
        }
        // KEP-1669: while no endpoint is ready, those that still serve while terminating take the traffic.
        return ready.isEmpty() ? terminating : ready;
    }

    private static void collect(
            JsonNode endpoint, int port, List<ServicePort.Endpoint> ready, List<ServicePort.Endpoint> terminating) {
        JsonNode conditions = endpoint.path("conditions");
        boolean isReady = !conditions.path("ready").isBoolean() || Json.bool(conditions, "ready");
        boolean serves = Json.bool(conditions, "serving") && Json.bool(conditions, "terminating");
        JsonNode addresses = endpoint.path("addresses");
        if (addresses.isEmpty() || (!isReady && !serves)) {
            return;
        }
        (isReady ? ready : terminating)
                .add(new ServicePort.Endpoint(addresses.get(0).asText(), port));
    }

    private static String protocol(JsonNode port) {
        String protocol = Json.text(port, "protocol");
        return protocol.isEmpty() ? "tcp" : protocol.toLowerCase(Locale.ROOT);
    }
}
