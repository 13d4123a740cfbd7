package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The variables by which a container finds Services without DNS, in Docker's old link style. */
final class ServiceVariables {
    private static final String MASTER = "kubernetes";
    private static final String MASTER_NAMESPACE = "default";

    private ServiceVariables() {}

    /** @param links false for no Service but the API's own */
    static Map<String, String> of(ServiceSource services, String namespace, boolean links) {
        Map<String, JsonNode> visible = new TreeMap<>();
        for (JsonNode service : services.inNamespace(MASTER_NAMESPACE)) {
            if (name(service).equals(MASTER)) {
                visible.put(MASTER, service);
            }
        }
        if (links) {
            services.inNamespace(namespace).forEach(service -> visible.put(name(service), service));
        }
        Map<String, String> variables = new LinkedHashMap<>();
        visible.values().forEach(service -> add(service, variables));
        return variables;
    }

    private static String name(JsonNode service) {
        return Json.text(service, "metadata", "name");
    }

    private static void add(JsonNode service, Map<String, String> variables) {
        String address = Json.text(service, "spec", "clusterIP");
        JsonNode ports = Json.at(service, "spec", "ports");
        if (address.isEmpty() || address.equals("None") || ports.isEmpty()) {
            return;
        }
        String host = address.contains(":") ? "[" + address + "]" : address;
        String prefix = variable(name(service));
        variables.put(prefix + "_SERVICE_HOST", address);
        variables.put(prefix + "_SERVICE_PORT", Json.text(ports.get(0), "port"));
        for (JsonNode port : ports) {
            String portName = Json.text(port, "name");
            if (!portName.isEmpty()) {
                variables.put(prefix + "_SERVICE_PORT_" + variable(portName), Json.text(port, "port"));
            }
        }
        boolean first = true;
        for (JsonNode port : ports) {
            String protocol = Json.optionalText(port, "protocol").orElse("TCP").toLowerCase(Locale.ROOT);
            String number = Json.text(port, "port");
            String url = protocol + "://" + host + ":" + number;
            if (first) {
                variables.put(prefix + "_PORT", url);
                first = false;
            }
            String own = prefix + "_PORT_" + number + "_" + protocol.toUpperCase(Locale.ROOT);
            variables.put(own, url);
            variables.put(own + "_PROTO", protocol);
            variables.put(own + "_PORT", number);
            variables.put(own + "_ADDR", address);
        }
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
