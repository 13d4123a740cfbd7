package dev.troupe.node.proxy;

/**
 * The node's own DNS server, which answers at the cluster's DNS address as long as no Service has endpoints there.
 *
 * @param clusterAddress where pods ask, for example {@code 10.96.0.10}; always port 53
 * @param address of this node where the server listens, reachable from pods
 * @param port where the server listens, for UDP and TCP
 */
public record DnsListener(String clusterAddress, String address, int port) {}
