package dev.troupe.node.endpoint;

import java.time.Duration;
import java.util.Set;

/**
 * The node's HTTPS port.
 *
 * @param host address to listen at
 * @param port 0 for a free one
 * @param allowedGroups whose client certificates are served: the API server's group and the administrators'
 * @param limits what clients may take up
 */
public record NodeEndpointSettings(String host, int port, Set<String> allowedGroups, Limits limits) {
    /** Where kubelets listen. */
    public static final int DEFAULT_PORT = 10250;

    /**
     * What clients may take up.
     *
     * @param connections open at once; more wait to be accepted
     * @param streams logs and commands at once; each holds a connection to the engine. More are answered with 503
     * @param stalled for how long a client may take nothing of a stream before it is cut off
     */
    public record Limits(int connections, int streams, Duration stalled) {
        /** Two streams for each of 110 pods; a client may pause its terminal for an hour. */
        public static final Limits DEFAULT = new Limits(512, 256, Duration.ofHours(1));
    }

    public NodeEndpointSettings {
        allowedGroups = Set.copyOf(allowedGroups);
    }
}
