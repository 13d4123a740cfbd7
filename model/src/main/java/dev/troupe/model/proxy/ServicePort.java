package dev.troupe.model.proxy;

import java.util.List;

/**
 * One port of one Service with the endpoints that serve it, as one node sees it.
 *
 * @param name {@code namespace/service} or {@code namespace/service:port}, as kube-proxy shows it in comments
 * @param protocol tcp, udp or sctp
 * @param clusterIp the virtual address
 * @param port at the cluster IP and every external address
 * @param exposure where else the service answers
 * @param endpoints ready ones and those that serve while terminating; sorted, each once
 */
public record ServicePort(
        String name,
        String protocol,
        String clusterIp,
        int port,
        Exposure exposure,
        TrafficPolicy policy,
        List<Endpoint> endpoints) {

    /**
     * How traffic from outside reaches a service.
     *
     * @param nodePort port at every node's address; 0 where there is none
     * @param externalIps spec.externalIPs
     * @param loadBalancerIps addresses in status.loadBalancer that the node must answer for
     * @param loadBalancerSources ranges that may use the load balancer's addresses; empty for all
     */
    public record Exposure(
            int nodePort, List<String> externalIps, List<String> loadBalancerIps, List<String> loadBalancerSources) {
        /** A service that is only reached at its cluster IP. */
        public static final Exposure NONE = new Exposure(0, List.of(), List.of(), List.of());

        public Exposure {
            externalIps = List.copyOf(externalIps);
            loadBalancerIps = List.copyOf(loadBalancerIps);
            loadBalancerSources = List.copyOf(loadBalancerSources);
        }

        public boolean isExternal() {
            return nodePort != 0 || !externalIps.isEmpty() || !loadBalancerIps.isEmpty();
        }
    }

    /**
     * Which endpoints a client may reach.
     *
     * @param internalLocal internalTrafficPolicy Local: clients of this node reach only this node's endpoints
     * @param externalLocal externalTrafficPolicy Local: so do clients from outside, and their address is kept
     * @param affinitySeconds for how long a client stays with an endpoint; 0 without session affinity
     */
    public record TrafficPolicy(boolean internalLocal, boolean externalLocal, int affinitySeconds) {
        public static final TrafficPolicy CLUSTER = new TrafficPolicy(false, false, 0);
    }

    /**
     * Where a connection may go.
     *
     * @param local on this node
     * @param ready false for one that still serves while it terminates (KEP-1669)
     */
    public record Endpoint(String address, int port, boolean local, boolean ready) implements Comparable<Endpoint> {
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
        endpoints = endpoints.stream().sorted().distinct().toList();
    }

    /** What tells this port from all others: the same in every version of its Service. */
    public String identity() {
        return name + "/" + protocol;
    }

    /**
     * Whether endpoints anywhere are of use: even with local policy, a node's own traffic to an external address takes
     * a short cut to any endpoint.
     */
    boolean usesClusterEndpoints() {
        return !policy.internalLocal() || exposure.isExternal();
    }

    boolean usesLocalEndpoints() {
        return policy.internalLocal() || (policy.externalLocal() && exposure.isExternal());
    }

    /** Endpoints for clients that may reach all nodes; those that terminate only while none is ready. */
    List<Endpoint> clusterEndpoints() {
        return usesClusterEndpoints() ? preferReady(endpoints) : List.of();
    }

    /** Endpoints for clients that may reach this node only; those that terminate only while none here is ready. */
    List<Endpoint> localEndpoints() {
        return usesLocalEndpoints()
                ? preferReady(endpoints.stream().filter(Endpoint::local).toList())
                : List.of();
    }

    private static List<Endpoint> preferReady(List<Endpoint> candidates) {
        List<Endpoint> ready = candidates.stream().filter(Endpoint::ready).toList();
        return ready.isEmpty() ? candidates : ready;
    }
}
