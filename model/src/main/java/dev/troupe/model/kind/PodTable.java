package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.TableDefinition;
import java.time.Instant;
import java.util.List;

/** How pods are printed. */
final class PodTable implements TableDefinition {
    private static final String SPEC = "io.k8s.api.core.v1.PodSpec";
    private static final String STATUS = "io.k8s.api.core.v1.PodStatus";
    private static final String NONE = "<none>";

    @Override
    public List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.text("Ready", "The aggregate readiness state of this pod for accepting traffic."),
                Columns.text("Status", "The aggregate status of the containers in this pod."),
                Columns.text(
                        "Restarts",
                        "The number of times the containers in this pod have been restarted and when the last container"
                                + " in this pod has restarted."),
                Columns.age(),
                Columns.wideText("IP", Columns.description(STATUS, "podIP")),
                Columns.wideText("Node", Columns.description(SPEC, "nodeName")),
                Columns.wideText("Nominated Node", Columns.description(STATUS, "nominatedNodeName")),
                Columns.wideText("Readiness Gates", Columns.description(SPEC, "readinessGates")));
    }

    @Override
    public List<Object> cells(JsonNode pod, Instant now) {
        PodSummary summary = PodSummary.of(pod);
        return List.of(
                Json.text(pod, "metadata", "name"),
                summary.readyContainers() + "/" + summary.totalContainers(),
                summary.status(),
                summary.restartsAt(now),
                Ages.of(pod, now),
                orNone(Json.text(pod.path("status").path("podIPs").path(0), "ip")),
                orNone(Json.text(pod, "spec", "nodeName")),
                orNone(Json.text(pod, "status", "nominatedNodeName")),
                readinessGates(pod));
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    private static String readinessGates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        if (gates.isEmpty()) {
            return NONE;
        }
        int open = 0;
        for (JsonNode gate : gates) {
            for (JsonNode condition : pod.path("status").path("conditions")) {
                if (Json.text(condition, "type").equals(Json.text(gate, "conditionType"))) {
                    open += Json.text(condition, "status").equals("True") ? 1 : 0;
                    break;
                }
            }
        }
        return open + "/" + gates.size();
    }
}
