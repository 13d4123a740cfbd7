package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.PortRules;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Endpoints: the older form of EndpointSlices, one object a service. */
final class EndpointsStrategy extends CoreStrategy {
    /** Addresses that a table shows in full. */
    static final int SHOWN = 3;

    EndpointsStrategy() {
        super(
                BuiltInTypes.ENDPOINTS,
                new KindTable(
                        () -> List.of(
                                Columns.name(),
                                Columns.text(
                                        "Endpoints", Columns.description("io.k8s.api.core.v1.Endpoints", "subsets")),
                                Columns.age()),
                        (object, now) -> List.of(nameOf(object), addresses(object), Ages.of(object, now))));
    }

    private static String addresses(JsonNode endpoints) {
        if (endpoints.path("subsets").isEmpty()) {
            return "<none>";
        }
        List<String> all = new ArrayList<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            if (subset.path("ports").isEmpty()) {
                subset.path("addresses").forEach(address -> all.add(Json.text(address, "ip")));
            }
            for (JsonNode port : subset.path("ports")) {
                for (JsonNode address : subset.path("addresses")) {
                    String ip = Json.text(address, "ip");
                    all.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":" + Json.text(port, "port"));
                }
            }
        }
        return shortened(all);
    }

    /** The first few, and how many more there are. */
    static String shortened(List<String> all) {
        return all.size() <= SHOWN
                ? String.join(",", all)
                : String.join(",", all.subList(0, SHOWN)) + " + " + (all.size() - SHOWN) + " more...";
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        for (JsonNode subset : object.path("subsets")) {
            for (JsonNode port : subset.path("ports")) {
                if (port instanceof ObjectNode changed
                        && Json.text(port, "protocol").isEmpty()) {
                    changed.put("protocol", "TCP");
                }
            }
        }
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        List<FieldError> errors = new ArrayList<>();
        int index = 0;
        for (JsonNode subset : object.path("subsets")) {
            String field = "subsets[" + index++ + "]";
            if (subset.path("addresses").isEmpty()
                    && subset.path("notReadyAddresses").isEmpty()) {
                errors.add(FieldError.required(field, "must specify `addresses` or `notReadyAddresses`"));
            }
            addresses(subset.path("addresses"), field + ".addresses", errors);
            addresses(subset.path("notReadyAddresses"), field + ".notReadyAddresses", errors);
            boolean named = subset.path("ports").size() > 1;
            int portIndex = 0;
            for (JsonNode port : subset.path("ports")) {
                String at = field + ".ports[" + portIndex++ + "]";
                errors.addAll(PortRules.name(port, named, at));
                errors.addAll(FieldRules.port(port.path("port").asLong(0), at + ".port"));
                errors.addAll(PortRules.protocol(port, at));
                errors.addAll(PortRules.appProtocol(port, at));
            }
        }
        return errors;
    }

    private static void addresses(JsonNode addresses, String field, List<FieldError> errors) {
        int index = 0;
        for (JsonNode address : addresses) {
            String at = field + "[" + index++ + "]";
            String ip = Json.text(address, "ip");
            errors.addAll(FieldRules.ip(ip, at + ".ip"));
            String hostname = Json.text(address, "hostname");
            if (!hostname.isEmpty()) {
                errors.addAll(FieldRules.dns1123Label(hostname, at + ".hostname"));
            }
            String node = Json.text(address, "nodeName");
            if (!node.isEmpty()) {
                ObjectNames.dns1123Subdomain(node, false)
                        .forEach(fault -> errors.add(FieldError.invalid(at + ".nodeName", node, fault)));
            }
            errors.addAll(FieldRules.nonSpecialIp(ip, at + ".ip"));
        }
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return object.path("subsets").equals(old.path("subsets")) ? List.of() : validateCreate(object);
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }
}
