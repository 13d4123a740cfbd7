package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.IpAddresses;
import java.util.List;

/** Fills in what a service leaves out. The cluster has one address family, IPv4. */
final class ServiceDefaults {
    private static final int AFFINITY_SECONDS = 10_800;

    private ServiceDefaults() {}

    /** All defaults. */
    static void apply(ObjectNode service) {
        decode(service);
        addressFamilies(service);
    }

    /** Defaults that do not depend on what was allocated. */
    static void decode(ObjectNode service) {
        ObjectNode spec = Json.objectAt(service, "spec");
        putIfBlank(spec, "sessionAffinity", "None");
        putIfBlank(spec, "type", "ClusterIP");
        affinity(spec);
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode changed) {
                port(changed);
            }
        }
        if (Services.isExternallyAccessible(service)) {
            putIfBlank(spec, "externalTrafficPolicy", "Cluster");
        }
        if (!Services.isExternalName(service)) {
            putIfBlank(spec, "internalTrafficPolicy", "Cluster");
        }
        if (Services.isLoadBalancer(service) && !spec.has("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
        CoreStrategy.dropZeros(spec, List.of("publishNotReadyAddresses", "healthCheckNodePort"));
        ObjectNode status = Json.objectAt(service, "status");
        Json.objectAt(status, "loadBalancer");
        for (JsonNode ingress : status.path("loadBalancer").path("ingress")) {
            if (ingress instanceof ObjectNode changed && changed.has("ip")) {
                putIfBlank(changed, "ipMode", "VIP");
            }
        }
    }

    private static void putIfBlank(ObjectNode object, String field, String value) {
        if (Json.text(object, field).isEmpty()) {
            object.put(field, value);
        }
    }

    private static void affinity(ObjectNode spec) {
        if (Json.text(spec, "sessionAffinity").equals("None")) {
            spec.remove("sessionAffinityConfig");
        } else if (Json.text(spec, "sessionAffinity").equals("ClientIP")
                && !Json.at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds")
                        .isNumber()) {
            Json.objectAt(spec, "sessionAffinityConfig", "clientIP").put("timeoutSeconds", AFFINITY_SECONDS);
        }
    }

    private static void port(ObjectNode port) {
        putIfBlank(port, "protocol", "TCP");
        JsonNode target = port.path("targetPort");
        boolean blank = target.isTextual() ? target.textValue().isEmpty() : target.asInt(0) == 0;
        if (blank && port.has("port")) {
            port.set("targetPort", port.get("port"));
        }
        CoreStrategy.dropZeros(port, List.of("nodePort"));
    }

    private static void addressFamilies(ObjectNode service) {
        if (Services.isExternalName(service)) {
            return;
        }
        ObjectNode spec = Json.objectAt(service, "spec");
        // Whoever writes endpoints of a headless service by hand may use both families.
        boolean both = Services.isHeadless(service) && spec.path("selector").isEmpty();
        putIfBlank(spec, "ipFamilyPolicy", both ? "RequireDualStack" : "SingleStack");
        ArrayNode families =
                spec.get("ipFamilies") instanceof ArrayNode present ? present : spec.putArray("ipFamilies");
        if (families.isEmpty()) {
            String address = spec.path("clusterIPs").path(0).asText("");
            families.add(IpAddresses.isIpv6(address) ? "IPv6" : "IPv4");
        }
        boolean single = Json.text(spec, "ipFamilyPolicy").equals("SingleStack");
        if (both && !single && families.size() == 1) {
            families.add(families.get(0).asText().equals("IPv4") ? "IPv6" : "IPv4");
        }
    }
}
