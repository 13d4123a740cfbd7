package dev.troupe.node.worker;

import dev.troupe.model.quantity.Quantity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the pods of a node need to know of it.
 *
 * @param addresses of the node, the primary one first
 * @param allocatable what pods may use in all
 * @param clusterDns addresses of the cluster's DNS; empty for the node's own
 * @param resolvConf the node's own file
 * @param cgroupRoot under which pods have their cgroups, for example {@code /kubepods}; empty for the runtime's choice
 * @param systemdCgroups the runtime takes slices for cgroups
 * @param runtimeName scheme of container ids
 */
public record NodeProfile(
        String name,
        List<String> addresses,
        Map<String, Quantity> allocatable,
        List<String> clusterDns,
        String clusterDomain,
        Path resolvConf,
        String cgroupRoot,
        boolean systemdCgroups,
        String runtimeName) {
    public NodeProfile {
        addresses = List.copyOf(addresses);
        allocatable = Map.copyOf(allocatable);
        clusterDns = List.copyOf(clusterDns);
    }
}
