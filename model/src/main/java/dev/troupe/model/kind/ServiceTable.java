package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.TableDefinition.Column;
import dev.troupe.model.selector.LabelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** How services are printed. */
final class ServiceTable {
    private static final String SPEC = "io.k8s.api.core.v1.ServiceSpec";
    private static final String NONE = "<none>";

    private ServiceTable() {}

    static List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.text("Type", Columns.description(SPEC, "type")),
                Columns.text("Cluster-IP", Columns.description(SPEC, "clusterIP")),
                Columns.text("External-IP", Columns.description(SPEC, "externalIPs")),
                Columns.text("Port(s)", Columns.description(SPEC, "ports")),
                Columns.age(),
                Columns.wideText("Selector", Columns.description(SPEC, "selector")));
    }

    static List<Object> cells(JsonNode service, Instant now) {
        String clusterIp = service.path("spec").path("clusterIPs").path(0).asText("");
        return List.of(
                CoreStrategy.nameOf(service),
                Services.type(service),
                clusterIp.isEmpty() ? NONE : clusterIp,
                external(service),
                ports(service),
                Ages.of(service, now),
                selector(service));
    }

    private static String external(JsonNode service) {
        List<String> given = new ArrayList<>();
        service.path("spec").path("externalIPs").forEach(address -> given.add(address.asText()));
        return switch (Services.type(service)) {
            case "ClusterIP", "NodePort" -> given.isEmpty() ? NONE : String.join(",", given);
            case "LoadBalancer" -> {
                TreeSet<String> assigned = new TreeSet<>();
                for (JsonNode ingress :
                        service.path("status").path("loadBalancer").path("ingress")) {
                    String ip = Json.text(ingress, "ip");
                    assigned.add(ip.isEmpty() ? Json.text(ingress, "hostname") : ip);
                }
                List<String> all = new ArrayList<>(assigned);
                all.addAll(given);
                yield all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            case "ExternalName" -> Json.text(service, "spec", "externalName");
            default -> Ages.UNKNOWN;
        };
    }

    private static String ports(JsonNode service) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            String nodePort = Json.text(port, "nodePort");
            ports.add(Json.text(port, "port") + (nodePort.isEmpty() ? "" : ":" + nodePort) + "/"
                    + Json.text(port, "protocol"));
        }
        return ports.isEmpty() ? NONE : String.join(",", ports);
    }

    private static String selector(JsonNode service) {
        String labels =
                LabelSelector.equalTo(service.path("spec").path("selector")).toString();
        return labels.isEmpty() ? NONE : labels;
    }
}
