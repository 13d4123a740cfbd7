package dev.troupe.model.proxy;

/**
 * What the rules of a node depend on besides the services.
 *
 * @param clusterCidr addresses of all pods: traffic to a cluster IP from elsewhere is masqueraded
 * @param nodeAddress the node's own address
 */
public record ProxySettings(String clusterCidr, String nodeAddress) {
    /** @throws IllegalArgumentException if the range or the address is not IPv4 */
    public ProxySettings {
        String given = clusterCidr;
        clusterCidr =
                Ipv4.range(clusterCidr).orElseThrow(() -> new IllegalArgumentException("not an IPv4 range: " + given));
        if (!Ipv4.isAddress(nodeAddress)) {
            throw new IllegalArgumentException("not an IPv4 address: " + nodeAddress);
        }
    }
}
