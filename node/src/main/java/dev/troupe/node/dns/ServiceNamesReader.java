package dev.troupe.node.dns;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Reads a Service and its EndpointSlices. */
final class ServiceNamesReader {
    private ServiceNamesReader() {}

    /** Empty for a service that has no name yet, such as one without a cluster IP. */
    static Optional<ServiceNames> read(JsonNode service, Collection<? extends JsonNode> slices) {
        JsonNode spec = service.path("spec");
        if (Json.text(spec, "type").equals("ExternalName")) {
            return external(Json.text(spec, "externalName"));
        }
        if (Json.text(spec, "clusterIP").equals("None")) {
            return Optional.of(new ServiceNames.Headless(endpoints(slices)));
        }
        List<InetAddress> addresses = addresses(spec);
        return addresses.isEmpty()
                ? Optional.empty()
                : Optional.of(new ServiceNames.Virtual(addresses, ports(spec.path("ports"))));
    }

    private static Optional<ServiceNames> external(String target) {
        try {
            return target.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ServiceNames.External(Name.fromString(target, Name.root)));
        } catch (TextParseException e) {
            // The API checks the form; what it let through but is no name cannot be answered.
            return Optional.empty();
        }
    }

    private static List<InetAddress> addresses(JsonNode spec) {
        Set<String> texts = new LinkedHashSet<>();
        Json.optionalText(spec, "clusterIP").ifPresent(texts::add);
        spec.path("clusterIPs").forEach(address -> texts.add(address.asText()));
        List<InetAddress> addresses = new ArrayList<>();
        texts.forEach(text -> address(text).ifPresent(addresses::add));
        return addresses;
    }

    /** An address in digits; a name is never looked up. */
    static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(Address.getByAddress(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static List<ServiceNames.Port> ports(JsonNode ports) {
        List<ServiceNames.Port> found = new ArrayList<>();
        for (JsonNode port : ports) {
            String protocol = Json.optionalText(port, "protocol").orElse("TCP").toLowerCase(Locale.ROOT);
            found.add(new ServiceNames.Port(
                    Json.text(port, "name").toLowerCase(Locale.ROOT), protocol, Json.integer(port, 0, "port")));
        }
        return found;
    }

    private static List<ServiceNames.Endpoint> endpoints(Collection<? extends JsonNode> slices) {
        Set<ServiceNames.Endpoint> found = new LinkedHashSet<>();
        for (JsonNode slice : slices) {
            List<ServiceNames.Port> ports = ports(slice.path("ports"));
            for (JsonNode endpoint : slice.path("endpoints")) {
                JsonNode ready = endpoint.path("conditions").path("ready");
                boolean isReady = !ready.isBoolean() || ready.asBoolean();
                Optional<InetAddress> address =
                        address(endpoint.path("addresses").path(0).asText(""));
                if (isReady && address.isPresent()) {
                    String hostname = Json.optionalText(endpoint, "hostname")
                            .orElseGet(() -> dashed(address.get()))
                            .toLowerCase(Locale.ROOT);
                    found.add(new ServiceNames.Endpoint(hostname, address.get(), ports));
                }
            }
        }
        return List.copyOf(found);
    }

    private static String dashed(InetAddress address) {
        return address.getHostAddress().replace('.', '-').replace(':', '-');
    }
}
