package dev.troupe.http.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.Ages;
import dev.troupe.model.resource.TableDefinition;
import java.time.Instant;
import java.util.List;

/** A Scale as {@code kubectl get --subresource=scale} shows it. */
final class ScaleTable implements TableDefinition {
    static final TableDefinition DEFINITION = new ScaleTable();

    private static final List<Column> COLUMNS = List.of(
            new Column(
                    "Name",
                    "string",
                    "name",
                    "Name must be unique within a namespace. Is required when creating resources.",
                    0),
            new Column("Desired", "integer", "", "Number of desired pods.", 0),
            new Column("Available", "integer", "", "Number of observed pods.", 0),
            new Column("Age", "string", "", "Time since the object was created.", 0));

    private ScaleTable() {}

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<Object> cells(JsonNode scale, Instant now) {
        return List.of(
                Json.text(scale, "metadata", "name"),
                Json.integer(scale, 0, "spec", "replicas"),
                Json.integer(scale, 0, "status", "replicas"),
                Ages.of(scale, now));
    }
}
