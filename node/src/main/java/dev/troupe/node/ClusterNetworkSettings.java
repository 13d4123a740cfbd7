package dev.troupe.node;

import dev.troupe.node.network.PodNetworkSettings;
import java.nio.file.Path;

/**
 * A node's part in the cluster's network.
 *
 * @param nodeName tells this node's endpoints from others'
 * @param nodeAddress the node's own IPv4 address
 * @param pods the network of this node's pods
 */
public record ClusterNetworkSettings(String nodeName, String nodeAddress, PodNetworkSettings pods, Dns dns) {

    /**
     * Names.
     *
     * @param domain of the cluster, for example {@code cluster.local}
     * @param address where pods ask, for example {@code 10.96.0.10}: of the services' range
     * @param port at the bridge's address where this node's server listens; 0 for a free one, as nobody needs to know
     * @param hostResolvers the file that names whom to ask for other names
     */
    public record Dns(String domain, String address, int port, Path hostResolvers) {
        /** With the host's own resolvers. */
        public static Dns of(String domain, String address) {
            return new Dns(domain, address, 0, Path.of("/etc/resolv.conf"));
        }
    }
}
