package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must be reserved for a service before it is written, how a reservation is written into it, and what to answer
 * where it fails. Who reserves is not known here.
 */
public final class ServiceAllocation {
    private ServiceAllocation() {}

    /**
     * A port of every node that a service's port wants.
     *
     * @param index of the port in {@code spec.ports}
     * @param requested empty where any free one will do
     */
    public record NodePortClaim(int index, String protocol, Optional<Integer> requested) {}

    /** The address that the client wants; empty where any free one will do, or none is needed. */
    public static Optional<String> requestedClusterIp(JsonNode service) {
        return Services.needsClusterIp(service) ? Json.optionalText(service, "spec", "clusterIP") : Optional.empty();
    }

    /** Writes a reserved address into the service. */
    public static void assignClusterIp(ObjectNode service, String address) {
        ObjectNode spec = Json.objectAt(service, "spec");
        spec.put("clusterIP", address);
        spec.putArray("clusterIPs").add(address);
    }

    /** The node ports that the service needs, those that it has included. */
    public static List<NodePortClaim> nodePorts(JsonNode service) {
        List<NodePortClaim> claims = new ArrayList<>();
        if (!Services.hasNodePorts(service)) {
            return claims;
        }
        int index = 0;
        for (JsonNode port : service.path("spec").path("ports")) {
            int requested = port.path("nodePort").asInt(0);
            String protocol = Json.text(port, "protocol");
            if (requested != 0 || Services.needsNodePorts(service)) {
                claims.add(new NodePortClaim(
                        index,
                        protocol.isEmpty() ? "TCP" : protocol,
                        requested == 0 ? Optional.empty() : Optional.of(requested)));
            }
            index++;
        }
        return claims;
    }

    /** Writes a reserved port into the service. */
    public static void assignNodePort(ObjectNode service, NodePortClaim claim, int port) {
        if (service.path("spec").path("ports").path(claim.index()) instanceof ObjectNode changed) {
            changed.put("nodePort", port);
        }
    }

    /** @param range for example {@code 10.96.0.0/12} */
    public static Status clusterIpOutOfRange(JsonNode service, String address, String range) {
        return clusterIp(
                service,
                address,
                "the provided IP (" + address + ") is not in the valid range. The range of valid IPs is " + range);
    }

    public static Status clusterIpTaken(JsonNode service, String address) {
        return clusterIp(service, address, "provided IP is already allocated");
    }

    private static Status clusterIp(JsonNode service, String address, String why) {
        return invalid(
                service,
                FieldError.invalidGo(
                        "spec.clusterIPs",
                        "[]string{" + GoSyntax.quoted(address) + "}",
                        "failed to allocate IP " + address + ": " + why));
    }

    /** No address is left. */
    public static Status clusterIpsExhausted() {
        return Status.internalError("failed to allocate a serviceIP: range is full");
    }

    /** @param range for example {@code 30000-32767} */
    public static Status nodePortOutOfRange(JsonNode service, NodePortClaim claim, int port, String range) {
        return nodePort(
                service, claim, port, "provided port is not in the valid range. The range of valid ports is " + range);
    }

    public static Status nodePortTaken(JsonNode service, NodePortClaim claim, int port) {
        return nodePort(service, claim, port, "provided port is already allocated");
    }

    /** No port is left. */
    public static Status nodePortsExhausted() {
        return Status.internalError("failed to allocate a nodePort: range is full");
    }

    private static Status nodePort(JsonNode service, NodePortClaim claim, int port, String why) {
        return invalid(service, FieldError.invalid("spec.ports[" + claim.index() + "].nodePort", port, why));
    }

    private static Status invalid(JsonNode service, FieldError error) {
        return Status.invalid("", "Service", CoreStrategy.nameOf(service), List.of(error));
    }
}
