package dev.troupe.model.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Joins a Service with its EndpointSlices. IPv4 only. */
public final class ServicePorts {
    /** The label that hands a Service to another proxy. */
    private static final String OTHER_PROXY = "service.kubernetes.io/service-proxy-name";

    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private ServicePorts() {}

    /**
     * The ports of a Service that a node must serve; none for headless and ExternalName services.
     *
     * @param service the Service
     * @param slices its EndpointSlices, by the label {@code kubernetes.io/service-name}
     * @param nodeName the node that asks: it tells local endpoints from others
     */
    public static List<ServicePort> of(JsonNode service, Collection<? extends JsonNode> slices, String nodeName) {
        JsonNode spec = service.path("spec");
        String clusterIp = Json.text(spec, "clusterIP");
        if (!Ipv4.isAddress(clusterIp)
                || Json.text(spec, "type").equals("ExternalName")
                || service.path("metadata").path("labels").has(OTHER_PROXY)) {
            return List.of();
        }
        String owner = Json.text(service, "metadata", "namespace") + "/" + Json.text(service, "metadata", "name");
        List<ServicePort> ports = new ArrayList<>();
        for (JsonNode port : spec.path("ports")) {
            String portName = Json.text(port, "name");
            ports.add(new ServicePort(
                    portName.isEmpty() ? owner : owner + ":" + portName,
                    protocol(port),
                    clusterIp,
                    Json.integer(port, 0, "port"),
                    exposure(service, port),
                    policy(spec),
                    endpoints(portName, protocol(port), slices, nodeName)));
        }
        return ports;
    }

    private static ServicePort.TrafficPolicy policy(JsonNode spec) {
        int affinity = Json.text(spec, "sessionAffinity").equals("ClientIP")
                ? Json.integer(spec, DEFAULT_AFFINITY_SECONDS, "sessionAffinityConfig", "clientIP", "timeoutSeconds")
                : 0;
        return new ServicePort.TrafficPolicy(
                Json.text(spec, "internalTrafficPolicy").equals("Local"),
                Json.text(spec, "externalTrafficPolicy").equals("Local"),
                affinity);
    }

    private static ServicePort.Exposure exposure(JsonNode service, JsonNode port) {
        JsonNode spec = service.path("spec");
        List<String> externalIps = new ArrayList<>();
        for (JsonNode address : spec.path("externalIPs")) {
            addAddress(externalIps, address.asText());
        }
        List<String> loadBalancerIps = new ArrayList<>();
        for (JsonNode ingress : service.path("status").path("loadBalancer").path("ingress")) {
            // KEP-1860: traffic to an address of mode Proxy must go out to the load balancer.
            if (!Json.text(ingress, "ipMode").equals("Proxy")) {
                addAddress(loadBalancerIps, Json.text(ingress, "ip"));
            }
        }
        List<String> sources = new ArrayList<>();
        for (JsonNode range : spec.path("loadBalancerSourceRanges")) {
            Ipv4.range(range.asText().strip()).ifPresent(sources::add);
        }
        return new ServicePort.Exposure(Json.integer(port, 0, "nodePort"), externalIps, loadBalancerIps, sources);
    }

    private static void addAddress(List<String> addresses, String address) {
        if (Ipv4.isAddress(address) && !addresses.contains(address)) {
            addresses.add(address);
        }
    }

    private static List<ServicePort.Endpoint> endpoints(
            String portName, String protocol, Collection<? extends JsonNode> slices, String nodeName) {
        List<ServicePort.Endpoint> found = new ArrayList<>();
        for (JsonNode slice : slices) {
            if (!Json.text(slice, "addressType").equals("IPv4")) {
                continue;
            }
            for (JsonNode port : slice.path("ports")) {
                if (Json.text(port, "name").equals(portName) && protocol(port).equals(protocol)) {
                    int number = Json.integer(port, 0, "port");
                    slice.path("endpoints").forEach(endpoint -> collect(found, endpoint, number, nodeName));
                }
            }
        }
        return withoutDuplicates(found);
    }

    private static void collect(List<ServicePort.Endpoint> found, JsonNode endpoint, int port, String nodeName) {
        JsonNode conditions = endpoint.path("conditions");
        boolean isReady = !conditions.path("ready").isBoolean() || Json.bool(conditions, "ready");
        boolean servesWhileTerminating = Json.bool(conditions, "serving") && Json.bool(conditions, "terminating");
        String address = endpoint.path("addresses").path(0).asText("");
        if (port != 0 && Ipv4.isAddress(address) && (isReady || servesWhileTerminating)) {
            boolean isLocal = Json.text(endpoint, "nodeName").equals(nodeName);
            found.add(new ServicePort.Endpoint(address, port, isLocal, isReady));
        }
    }

    /** While an endpoint moves from one slice to another it may stand in both: the ready one counts. */
    private static List<ServicePort.Endpoint> withoutDuplicates(List<ServicePort.Endpoint> found) {
        List<ServicePort.Endpoint> distinct = new ArrayList<>();
        found.stream().sorted().forEach(endpoint -> {
            int last = distinct.size() - 1;
            if (last < 0 || distinct.get(last).compareTo(endpoint) != 0) {
                distinct.add(endpoint);
            } else if (endpoint.ready()) {
                distinct.set(last, endpoint);
            }
        });
        return distinct;
    }

    private static String protocol(JsonNode port) {
        String protocol = Json.text(port, "protocol");
        return protocol.isEmpty() ? "tcp" : protocol.toLowerCase(Locale.ROOT);
    }
}
