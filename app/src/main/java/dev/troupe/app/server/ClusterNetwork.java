package dev.troupe.app.server;

/** The addresses of a cluster on one machine, Kubernetes' usual ones. */
final class ClusterNetwork {
    /** All pods. */
    static final String POD_CIDR = "10.244.0.0/16";

    /** The pods of the machine's own node. */
    static final String NODE_POD_CIDR = "10.244.1.0/24";

    /** Where pods ask for names. */
    static final String DNS_ADDRESS = "10.96.0.10";

    static final String DOMAIN = "cluster.local";

    private ClusterNetwork() {}
}
