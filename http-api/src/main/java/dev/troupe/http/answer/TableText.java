package dev.troupe.http.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.request.OutputFormat;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.TableDefinition;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** Objects as a Table of meta.k8s.io, which kubectl prints as it comes. */
final class TableText {
    /** How much of the object goes with its row: {@code includeObject}. */
    enum IncludedObject {
        NONE,
        METADATA,
        OBJECT
    }

    private TableText() {}

    /**
     * A table.
     *
     * @param columns false where the client has them from an earlier watch event
     */
    static ObjectNode of(
            TableDefinition definition, ListMeta meta, List<JsonNode> objects, Form form, boolean columns) {
        ObjectNode table = Json.object();
        table.put("kind", "Table").put("apiVersion", form.format().metaApiVersion());
        table.set("metadata", meta.toJson());
        if (columns) {
            ArrayNode definitions = table.putArray("columnDefinitions");
            for (TableDefinition.Column column : definition.columns()) {
                definitions
                        .addObject()
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("format", column.format())
                        .put("description", column.description())
                        .put("priority", column.priority());
            }
        } else {
            table.putNull("columnDefinitions");
        }
        ArrayNode rows = table.putArray("rows");
        for (JsonNode object : objects) {
            row(rows.addObject(), definition, object, form);
        }
        return table;
    }

    /** What every row has in common. */
    record Form(OutputFormat format, IncludedObject included, Instant now) {}

    private static void row(ObjectNode row, TableDefinition definition, JsonNode object, Form form) {
        ArrayNode cells = row.putArray("cells");
        for (Object cell : definition.cells(object, form.now())) {
            switch (cell) {
                case String text -> cells.add(text);
                case Boolean bool -> cells.add(bool);
                case Number number -> cells.add(new BigDecimal(number.toString()));
                default -> throw new IllegalStateException("a cell of type " + cell.getClass());
            }
        }
        switch (form.included()) {
            case NONE -> row.putNull("object");
            case METADATA -> row.set("object", partialMetadata(object, form.format()));
            case OBJECT -> row.set("object", object);
        }
    }

    /** The metadata alone, as kind PartialObjectMetadata. */
    static ObjectNode partialMetadata(JsonNode object, OutputFormat format) {
        ObjectNode partial = Json.object();
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", format.metaApiVersion());
        partial.set("metadata", object.path("metadata"));
        return partial;
    }
}
