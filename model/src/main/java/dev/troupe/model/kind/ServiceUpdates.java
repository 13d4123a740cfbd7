package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries allocated values from the old form of a service to the new one, for clients that do not send them back, and
 * drops those that the new type has no use for.
 */
final class ServiceUpdates {
    private ServiceUpdates() {}

    static void prepare(ObjectNode service, JsonNode old) {
        ServiceDefaults.decode(service);
        ObjectNode spec = Json.objectAt(service, "spec");
        keepAllocated(service, old);
        matchClusterIps(spec, old.path("spec"));
        if (!Services.isExternalName(service)
                && Json.text(spec, "ipFamilyPolicy").isEmpty()) {
            copy("ipFamilyPolicy", old.path("spec"), spec);
        }
        dropUnused(service, old);
    }

    private static void keepAllocated(ObjectNode service, JsonNode old) {
        ObjectNode spec = Json.objectAt(service, "spec");
        JsonNode before = old.path("spec");
        if (Services.hasClusterIp(old) && Services.hasClusterIp(service)) {
            if (Json.text(spec, "clusterIP").isEmpty()) {
                copy("clusterIP", before, spec);
            }
            if (spec.path("clusterIPs").isEmpty() && spec.path("clusterIP").equals(before.path("clusterIP"))) {
                copy("clusterIPs", before, spec);
            }
        }
        if (Services.hasNodePorts(old) && Services.hasNodePorts(service)) {
            keepNodePorts(spec, before);
        }
        if (Services.needsHealthCheckNodePort(old)
                && Services.needsHealthCheckNodePort(service)
                && !spec.has("healthCheckNodePort")) {
            copy("healthCheckNodePort", before, spec);
        }
    }

    /** By the ports' names, for everything else of a port may change. */
    private static void keepNodePorts(ObjectNode spec, JsonNode before) {
        Set<Integer> used = new HashSet<>();
        spec.path("ports").forEach(port -> used.add(port.path("nodePort").asInt(0)));
        Map<String, Integer> allocated = new HashMap<>();
        before.path("ports")
                .forEach(port -> allocated.put(
                        Json.text(port, "name"), port.path("nodePort").asInt(0)));
        for (JsonNode port : spec.path("ports")) {
            int kept = allocated.getOrDefault(Json.text(port, "name"), 0);
            boolean free = kept != 0 && !used.contains(kept);
            if (port instanceof ObjectNode changed && !changed.has("nodePort") && free) {
                changed.put("nodePort", kept);
                used.add(kept);
            }
        }
    }

    /** Lets a client that knows but one of clusterIP and clusterIPs change or clear both. */
    private static void matchClusterIps(ObjectNode spec, JsonNode before) {
        String address = Json.text(spec, "clusterIP");
        String addressBefore = Json.text(before, "clusterIP");
        JsonNode list = spec.path("clusterIPs");
        boolean sameList = list.equals(before.path("clusterIPs"));
        if (address.equals(addressBefore)) {
            if (list.isEmpty() && !before.path("clusterIPs").isEmpty()) {
                copy("clusterIPs", before, spec);
            }
        } else if (address.isEmpty()) {
            if (sameList) {
                spec.remove("clusterIPs");
            }
        } else if (sameList) {
            spec.putArray("clusterIPs").add(address);
        }
    }

    private static void dropUnused(ObjectNode service, JsonNode old) {
        ObjectNode spec = Json.objectAt(service, "spec");
        JsonNode before = old.path("spec");
        if (Services.hasClusterIp(old) && !Services.hasClusterIp(service)) {
            if (same(List.of("clusterIP", "clusterIPs"), spec, before)) {
                spec.remove(List.of("clusterIP", "clusterIPs"));
            }
            dropIfSame("ipFamilies", spec, before);
            dropIfSame("ipFamilyPolicy", spec, before);
        }
        if (Services.hasNodePorts(old) && !Services.hasNodePorts(service)) {
            dropNodePorts(spec, before);
        }
        if (Services.needsHealthCheckNodePort(old) && !Services.needsHealthCheckNodePort(service)) {
            dropIfSame("healthCheckNodePort", spec, before);
        }
        if (Services.isLoadBalancer(old) && !Services.isLoadBalancer(service)) {
            dropIfSame("loadBalancerClass", spec, before);
            dropIfSame("allocateLoadBalancerNodePorts", spec, before);
        }
        if (Services.isExternallyAccessible(old) && !Services.isExternallyAccessible(service)) {
            dropIfSame("externalTrafficPolicy", spec, before);
        }
        if (!Services.isLoadBalancer(service)) {
            Json.objectAt(service, "status").putObject("loadBalancer");
        }
    }

    /** Unless the client changed one of them. */
    private static void dropNodePorts(ObjectNode spec, JsonNode before) {
        Set<Integer> allocated = new HashSet<>();
        before.path("ports").forEach(port -> allocated.add(port.path("nodePort").asInt(0)));
        for (JsonNode port : spec.path("ports")) {
            int nodePort = port.path("nodePort").asInt(0);
            if (nodePort != 0 && !allocated.contains(nodePort)) {
                return;
            }
        }
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode changed) {
                changed.remove("nodePort");
            }
        }
    }

    private static boolean same(List<String> fields, JsonNode spec, JsonNode before) {
        return fields.stream().allMatch(field -> spec.path(field).equals(before.path(field)));
    }

    private static void dropIfSame(String field, ObjectNode spec, JsonNode before) {
        if (same(List.of(field), spec, before)) {
            spec.remove(field);
        }
    }

    private static void copy(String field, JsonNode from, ObjectNode to) {
        JsonNode value = from.get(field);
        if (value != null) {
            to.set(field, value.deepCopy());
        }
    }
}
