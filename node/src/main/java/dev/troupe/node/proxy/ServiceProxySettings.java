package dev.troupe.node.proxy;

import java.time.Duration;

/**
 * The service proxy of one node.
 *
 * @param nodeName tells this node's endpoints from others'
 * @param nodeAddress the node's own IPv4 address
 * @param clusterCidr addresses of all pods
 * @param gatherChanges from a change to the write: a burst of changes is written at once
 * @param canaryInterval between cheap looks, which find a flush of the tables
 * @param compareInterval between full comparisons, which find any edit; iptables-save of 1,000 services takes 0.1 s
 */
public record ServiceProxySettings(
        String nodeName,
        String nodeAddress,
        String clusterCidr,
        Duration gatherChanges,
        Duration canaryInterval,
        Duration compareInterval) {

    /** Bursts of 50 ms, a flush repaired in 5 s, an edit in 20 s. */
    public static ServiceProxySettings of(String nodeName, String nodeAddress, String clusterCidr) {
        return new ServiceProxySettings(
                nodeName,
                nodeAddress,
                clusterCidr,
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20));
    }
}
