package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;

/** What follows from a service's type: which of its fields mean something, and what must be allocated for it. */
public final class Services {
    /** The clusterIP of a headless service. */
    public static final String NONE = "None";

    private Services() {}

    static String type(JsonNode service) {
        return Json.text(service, "spec", "type");
    }

    static boolean isExternalName(JsonNode service) {
        return type(service).equals("ExternalName");
    }

    static boolean isLoadBalancer(JsonNode service) {
        return type(service).equals("LoadBalancer");
    }

    /** No virtual address: names resolve to the pods' own. */
    public static boolean isHeadless(JsonNode service) {
        return service.path("spec").path("clusterIPs").path(0).asText("").equals(NONE)
                || Json.text(service, "spec", "clusterIP").equals(NONE);
    }

    /** Whether clusterIP has a value, be it an address or {@link #NONE}. */
    static boolean hasClusterIp(JsonNode service) {
        return !isExternalName(service);
    }

    /** Whether an address must be reserved for the service. */
    public static boolean needsClusterIp(JsonNode service) {
        return !isExternalName(service) && !isHeadless(service);
    }

    static boolean hasNodePorts(JsonNode service) {
        return type(service).equals("NodePort") || isLoadBalancer(service);
    }

    /** Whether a port of every node must be reserved for each of the service's ports. */
    public static boolean needsNodePorts(JsonNode service) {
        return type(service).equals("NodePort")
                || (isLoadBalancer(service)
                        && service.path("spec")
                                .path("allocateLoadBalancerNodePorts")
                                .asBoolean(true));
    }

    static boolean isExternallyAccessible(JsonNode service) {
        return hasNodePorts(service)
                || (type(service).equals("ClusterIP")
                        && !service.path("spec").path("externalIPs").isEmpty());
    }

    static boolean needsHealthCheckNodePort(JsonNode service) {
        return isLoadBalancer(service)
                && Json.text(service, "spec", "externalTrafficPolicy").equals("Local");
    }
}
