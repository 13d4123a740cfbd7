package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.TableDefinition;
import dev.troupe.model.selector.LabelSelector;
import java.time.Instant;
import java.util.List;

/** How Deployments are printed. */
final class DeploymentTable implements TableDefinition {
    private static final String STATUS = "io.k8s.api.apps.v1.DeploymentStatus";

    @Override
    public List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.text("Ready", "Number of the pod with ready state"),
                Columns.text("Up-to-date", Columns.description(STATUS, "updatedReplicas")),
                Columns.text("Available", Columns.description(STATUS, "availableReplicas")),
                Columns.age(),
                Columns.wideText("Containers", "Names of each container in the template."),
                Columns.wideText("Images", "Images referenced by each container in the template."),
                Columns.wideText("Selector", Columns.description("io.k8s.api.apps.v1.DeploymentSpec", "selector")));
    }

    @Override
    public List<Object> cells(JsonNode deployment, Instant now) {
        return List.of(
                Json.text(deployment, "metadata", "name"),
                Json.integer(deployment, 0, "status", "readyReplicas") + "/"
                        + Json.integer(deployment, 0, "spec", "replicas"),
                Json.integer(deployment, 0, "status", "updatedReplicas"),
                Json.integer(deployment, 0, "status", "availableReplicas"),
                Ages.of(deployment, now),
                ReplicaTable.containers(deployment, "name"),
                ReplicaTable.containers(deployment, "image"),
                LabelSelector.of(deployment.path("spec").path("selector")).toString());
    }
}
