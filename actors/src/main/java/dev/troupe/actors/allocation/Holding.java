package dev.troupe.actors.allocation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.ServiceAllocation;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a stored service holds. */
record Holding(Optional<String> clusterIp, Set<Integer> nodePorts) {
    static final Holding NOTHING = new Holding(Optional.empty(), Set.of());

    Holding {
        nodePorts = Set.copyOf(nodePorts);
    }

    static Holding of(JsonNode service) {
        Set<Integer> ports = new HashSet<>();
        ServiceAllocation.nodePorts(service).forEach(claim -> claim.requested().ifPresent(ports::add));
        return new Holding(ServiceAllocation.requestedClusterIp(service), ports);
    }

    /** What this holds and the other does not. */
    Holding without(Holding other) {
        Set<Integer> ports = new HashSet<>(nodePorts);
        ports.removeAll(other.nodePorts);
        return new Holding(clusterIp.filter(address -> !other.clusterIp.equals(clusterIp)), ports);
    }
}
