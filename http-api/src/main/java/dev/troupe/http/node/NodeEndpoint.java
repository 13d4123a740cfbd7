package dev.troupe.http.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a node's HTTPS endpoint is, as its status says. The address is taken as it stands: never looked up by name, so
 * that what is checked is what is called.
 */
record NodeEndpoint(String node, InetAddress address, int port) {
    private static final int DEFAULT_PORT = 10250;
    private static final List<String> ADDRESS_TYPES = List.of("InternalIP", "ExternalIP");
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /**
     * The endpoint of a node.
     *
     * @param localAllowed whether the node may be on this machine; else a loopback or link-local address is refused, as
     *     a node could make the server call services that listen for this machine only
     */
    static Outcome<NodeEndpoint> of(JsonNode node, boolean localAllowed) {
        String name = Json.text(node, "metadata", "name");
        List<String> known = new ArrayList<>();
        for (String type : ADDRESS_TYPES) {
            for (JsonNode candidate : node.path("status").path("addresses")) {
                if (Json.text(candidate, "type").equals(type)) {
                    Optional<InetAddress> address = literal(Json.text(candidate, "address"));
                    if (address.isPresent()) {
                        return checked(name, address.get(), port(node), localAllowed);
                    }
                }
            }
        }
        node.path("status").path("addresses").forEach(address -> known.add(Json.text(address, "address")));
        return Outcome.failure(Status.internalError(
                "no preferred addresses found; known addresses: [" + String.join(" ", known) + "]"));
    }

    private static int port(JsonNode node) {
        int port = Json.integer(node, 0, "status", "daemonEndpoints", "kubeletEndpoint", "Port");
        return port == 0 ? DEFAULT_PORT : port;
    }

    private static Optional<InetAddress> literal(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static Outcome<NodeEndpoint> checked(String node, InetAddress address, int port, boolean localAllowed) {
        boolean never = address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLinkLocalAddress();
        if (never || (address.isLoopbackAddress() && !localAllowed)) {
            return Outcome.failure(Status.badRequest("address not allowed"));
        }
        return Outcome.success(new NodeEndpoint(node, address, port));
    }

    /** {@code 10.0.0.1} or {@code [fd00::1]}, as it stands in a URL. */
    String host() {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }
}
