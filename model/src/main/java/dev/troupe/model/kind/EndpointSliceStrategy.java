package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.kind.validation.IpAddresses;
import dev.troupe.model.kind.validation.PortRules;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.resource.TableDefinition.Column;
import dev.troupe.model.status.FieldError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** EndpointSlices: the addresses behind a service, in pieces of bounded size. */
final class EndpointSliceStrategy extends CoreStrategy {
    private static final String DEFINITION = "io.k8s.api.discovery.v1.EndpointSlice";
    private static final List<String> ADDRESS_TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_PORTS = 20_000;

    EndpointSliceStrategy() {
        super(
                BuiltInTypes.ENDPOINT_SLICES,
                new KindTable(EndpointSliceStrategy::columns, EndpointSliceStrategy::cells));
    }

    private static List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.text("AddressType", Columns.description(DEFINITION, "addressType")),
                Columns.text("Ports", Columns.description(DEFINITION, "ports")),
                Columns.text("Endpoints", Columns.description(DEFINITION, "endpoints")),
                Columns.age());
    }

    private static List<Object> cells(JsonNode slice, Instant now) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : slice.path("ports")) {
            ports.add(
                    port.path("port").isNumber()
                            ? port.path("port").asText()
                            : port.path("name").isTextual() ? port.path("name").textValue() : "*");
        }
        List<String> addresses = new ArrayList<>();
        slice.path("endpoints")
                .forEach(endpoint -> endpoint.path("addresses").forEach(address -> addresses.add(address.asText())));
        return List.of(
                nameOf(slice),
                Json.text(slice, "addressType"),
                orUnset(EndpointsStrategy.shortened(ports)),
                orUnset(EndpointsStrategy.shortened(addresses)),
                Ages.of(slice, now));
    }

    private static String orUnset(String text) {
        return text.isEmpty() ? "<unset>" : text;
    }

    /** The one kind here whose generation clients compare. */
    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        for (String list : List.of("endpoints", "ports")) {
            if (!object.has(list)) {
                object.putNull(list);
            }
        }
        for (JsonNode endpoint : object.path("endpoints")) {
            if (endpoint instanceof ObjectNode changed) {
                Json.objectAt(changed, "conditions");
            }
        }
        for (JsonNode port : object.path("ports")) {
            if (port instanceof ObjectNode changed) {
                if (!changed.has("name")) {
                    changed.put("name", "");
                }
                if (!changed.has("protocol")) {
                    changed.put("protocol", "TCP");
                }
            }
        }
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        String addressType = Json.text(object, "addressType");
        List<FieldError> errors = new ArrayList<>(FieldRules.oneOf(addressType, "addressType", ADDRESS_TYPES));
        endpoints(object.path("endpoints"), addressType, errors);
        ports(object.path("ports"), errors);
        return errors;
    }

    private static void endpoints(JsonNode endpoints, String addressType, List<FieldError> errors) {
        if (endpoints.size() > MAX_ENDPOINTS) {
            errors.add(FieldError.tooMany("endpoints", endpoints.size(), MAX_ENDPOINTS));
            return;
        }
        int index = 0;
        for (JsonNode endpoint : endpoints) {
            String field = "endpoints[" + index++ + "]";
            JsonNode addresses = endpoint.path("addresses");
            if (addresses.isEmpty()) {
                errors.add(FieldError.required(field + ".addresses", "must contain at least 1 address"));
            } else if (addresses.size() > MAX_ADDRESSES) {
                errors.add(FieldError.tooMany(field + ".addresses", addresses.size(), MAX_ADDRESSES));
            }
            for (int i = 0; i < addresses.size(); i++) {
                errors.addAll(address(addresses.get(i).asText(), addressType, field + ".addresses[" + i + "]"));
            }
            String node = Json.text(endpoint, "nodeName");
            if (!node.isEmpty()) {
                ObjectNames.dns1123Subdomain(node, false)
                        .forEach(fault -> errors.add(FieldError.invalid(field + ".nodeName", node, fault)));
            }
            String hostname = Json.text(endpoint, "hostname");
            if (!hostname.isEmpty()) {
                errors.addAll(FieldRules.dns1123Label(hostname, field + ".hostname"));
            }
        }
    }

    private static List<FieldError> address(String address, String type, String field) {
        List<FieldError> errors = new ArrayList<>();
        switch (type) {
            case "IPv4" -> {
                if (IpAddresses.parse(address).isEmpty() || IpAddresses.isIpv6(address)) {
                    errors.add(FieldError.invalid(field, address, "must be a valid IPv4 address"));
                }
                errors.addAll(FieldRules.nonSpecialIp(address, field));
            }
            case "IPv6" -> {
                if (!IpAddresses.isIpv6(address)) {
                    errors.add(FieldError.invalid(field, address, "must be a valid IPv6 address"));
                }
                errors.addAll(FieldRules.nonSpecialIp(address, field));
            }
            case "FQDN" -> errors.addAll(domain(address, field));
            default -> {
                // Reported as an unsupported type already.
            }
        }
        return errors;
    }

    private static List<FieldError> domain(String address, String field) {
        String name = address.endsWith(".") ? address.substring(0, address.length() - 1) : address;
        if (name.isEmpty()) {
            return List.of(FieldError.required(field, ""));
        }
        List<FieldError> errors = new ArrayList<>(FieldRules.dns1123Subdomain(name, field));
        if (errors.isEmpty() && name.indexOf('.') < 0) {
            errors.add(FieldError.invalid(
                    field, address, "should be a domain with at least two segments separated by dots"));
        }
        return errors;
    }

    private static void ports(JsonNode ports, List<FieldError> errors) {
        if (ports.size() > MAX_PORTS) {
            errors.add(FieldError.tooMany("ports", ports.size(), MAX_PORTS));
            return;
        }
        Set<String> names = new HashSet<>();
        int index = 0;
        for (JsonNode port : ports) {
            String field = "ports[" + index++ + "]";
            String name = Json.text(port, "name");
            errors.addAll(PortRules.name(port, false, field));
            if (!names.add(name)) {
                errors.add(FieldError.duplicateGo(field + ".name", GoSyntax.quoted(name), ""));
            }
            errors.addAll(PortRules.protocol(port, field));
            errors.addAll(PortRules.appProtocol(port, field));
        }
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>(validateCreate(object));
        errors.addAll(FieldRules.immutable(object.path("addressType"), old.path("addressType"), "addressType"));
        return errors;
    }
}
