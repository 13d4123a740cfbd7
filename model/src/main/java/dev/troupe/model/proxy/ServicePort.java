package dev.troupe.model.proxy;

import java.util.List;

/**
 * One port of one Service with the endpoints that serve it.
 *
 * @param name {@code namespace/service} or {@code namespace/service:port}, as kube-proxy shows it in comments
 * @param protocol tcp, udp or sctp
 * @param clusterIp the virtual address
 * @param externalIps further addresses at which the service answers: status.loadBalancer and spec.externalIPs
 * @param nodePort 0 where there is none
 * @param affinitySeconds for how long a client stays with an endpoint; 0 without session affinity
 * @param endpoints ready ones, sorted
 */
public record ServicePort(
        String name,
        String protocol,
        String clusterIp,
        int port,
        List<String> externalIps,
        int nodePort,
        int affinitySeconds,
        List<Endpoint> endpoints) {

    /** Where a connection may go. */
    public record Endpoint(String address, int port) implements Comparable<Endpoint> {
        @Override
        public int compareTo(Endpoint other) {
            int byAddress = address.compareTo(other.address);
            return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
        }

        @Override
        public String toString() {
            return address + ":" + port;
        }
    }

    public ServicePort {
        externalIps = List.copyOf(externalIps);
        endpoints = endpoints.stream().sorted().distinct().toList();
    }
}
