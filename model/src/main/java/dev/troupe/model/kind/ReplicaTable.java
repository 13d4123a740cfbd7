package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.TableDefinition;
import dev.troupe.model.selector.LabelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How ReplicaSets and ReplicationControllers are printed. */
final class ReplicaTable implements TableDefinition {
    private final String definition;
    private final boolean plainSelector;

    /**
     * Names the kind.
     *
     * @param definition of the kind in the schemas, for example {@code io.k8s.api.apps.v1.ReplicaSet}
     * @param plainSelector true where the selector is a map of labels
     */
    ReplicaTable(String definition, boolean plainSelector) {
        this.definition = definition;
        this.plainSelector = plainSelector;
    }

    @Override
    public List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.integer("Desired", Columns.description(definition + "Spec", "replicas")),
                Columns.integer("Current", Columns.description(definition + "Status", "replicas")),
                Columns.integer("Ready", Columns.description(definition + "Status", "readyReplicas")),
                Columns.age(),
                Columns.wideText("Containers", "Names of each container in the template."),
                Columns.wideText("Images", "Images referenced by each container in the template."),
                Columns.wideText("Selector", Columns.description(definition + "Spec", "selector")));
    }

    @Override
    public List<Object> cells(JsonNode object, Instant now) {
        JsonNode selector = object.path("spec").path("selector");
        String labels = (plainSelector ? plain(selector) : LabelSelector.of(selector)).toString();
        return List.of(
                Json.text(object, "metadata", "name"),
                Json.integer(object, 0, "spec", "replicas"),
                Json.integer(object, 0, "status", "replicas"),
                Json.integer(object, 0, "status", "readyReplicas"),
                Ages.of(object, now),
                containers(object, "name"),
                containers(object, "image"),
                labels.isEmpty() ? "<none>" : labels);
    }

    private static LabelSelector plain(JsonNode selector) {
        Map<String, String> labels = new HashMap<>();
        selector.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return LabelSelector.equalTo(labels);
    }

    /** One field of each of the template's containers, joined. */
    static String containers(JsonNode object, String field) {
        List<String> values = new ArrayList<>();
        object.path("spec")
                .path("template")
                .path("spec")
                .path("containers")
                .forEach(container -> values.add(Json.text(container, field)));
        return String.join(",", values);
    }
}
