package dev.troupe.node.network;

import java.nio.file.Path;

/**
 * The pods' network of one node.
 *
 * @param bridge name of the bridge that pods hang on, at most 15 characters
 * @param podCidr addresses of this node's pods, for example {@code 10.244.1.0/24}; the first one is the gateway
 * @param clusterCidr addresses of all nodes' pods, for example {@code 10.244.0.0/16}
 * @param mtu of the pods' interfaces in bytes
 * @param addressFolder where addresses in use are kept, one file each
 */
public record PodNetworkSettings(String bridge, Ipv4Range podCidr, Ipv4Range clusterCidr, int mtu, Path addressFolder) {
    /** The bridge's name where none is set. */
    public static final String DEFAULT_BRIDGE = "troupe0";

    /** Ethernet's. */
    public static final int DEFAULT_MTU = 1500;

    public PodNetworkSettings {
        if (!bridge.matches("[A-Za-z0-9_.-]{1,15}")) {
            throw new IllegalArgumentException("not the name of a network interface: " + bridge);
        }
        if (podCidr.bits() > 30) {
            throw new IllegalArgumentException("too small for a gateway and a pod: " + podCidr);
        }
        // RFC 791: the least that every link must carry.
        if (mtu < 576 || mtu > 65_535) {
            throw new IllegalArgumentException("not an MTU in bytes: " + mtu);
        }
    }

    /** The bridge's own address, which is the pods' way out. */
    public String gateway() {
        return podCidr.address(1);
    }
}
