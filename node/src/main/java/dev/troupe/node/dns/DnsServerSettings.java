package dev.troupe.node.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The node's DNS server.
 *
 * @param address of this node that pods reach: the bridge's
 * @param port for UDP and TCP; 0 for a free one
 * @param upstreams whom to ask for names outside the cluster, in order
 * @param upstreamTimeout of one try
 * @param limits what clients may take up
 */
public record DnsServerSettings(
        InetAddress address,
        int port,
        Supplier<List<InetSocketAddress>> upstreams,
        Duration upstreamTimeout,
        Limits limits) {

    /**
     * What clients may take up.
     *
     * @param forwards queries under way to other servers; more are answered with SERVFAIL
     * @param connections open at once; more are closed
     * @param idle after which a connection is closed
     */
    public record Limits(int forwards, int connections, Duration idle) {
        /** 110 pods with two lookups each under way; a connection is a thread and some kilobytes. */
        public static final Limits DEFAULT = new Limits(256, 128, Duration.ofSeconds(10));
    }

    /** With the usual limits. */
    public static DnsServerSettings of(InetAddress address, int port, Supplier<List<InetSocketAddress>> upstreams) {
        return new DnsServerSettings(address, port, upstreams, Duration.ofMillis(1500), Limits.DEFAULT);
    }
}
