package dev.troupe.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a node presents itself and runs its pods.
 *
 * @param name of the Node object
 * @param addresses the primary one first
 * @param labels beside those that every node has
 * @param endpointPort of the node's HTTPS endpoint; 0 where it has none
 * @param podCidr told at registration; empty where the control plane gives it
 * @param folder for the pods' files
 * @param simulated no container really runs
 */
public record NodeSettings(
        String name,
        List<String> addresses,
        Map<String, String> labels,
        int endpointPort,
        Optional<String> podCidr,
        Dns dns,
        Path folder,
        boolean simulated,
        Timing timing) {

    /** What pods ask for names. Empty servers: the node's own. */
    public record Dns(List<String> servers, String domain) {
        public Dns {
            servers = List.copyOf(servers);
        }
    }

    /**
     * @param leaseRenewal a quarter of the lease's duration, so that three may be lost
     * @param statusCheck how soon a change of the node is reported
     * @param statusReport how long an unchanged status goes unreported
     * @param relist how soon something is noticed that the runtime did not tell
     */
    public record Timing(Duration leaseRenewal, Duration statusCheck, Duration statusReport, Duration relist) {
        /** The kubelet's. */
        public static Timing defaults() {
            return new Timing(
                    Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(10));
        }
    }

    public NodeSettings {
        addresses = List.copyOf(addresses);
        labels = Map.copyOf(labels);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a node has at least one address");
        }
    }
}
