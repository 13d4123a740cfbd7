package dev.troupe.model.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/** How a kind is printed by {@code kubectl get}: its columns and an object's cells. */
public interface TableDefinition {

    /** A column of the table; priority 0 is always shown, 1 only with {@code -o wide}. */
    record Column(String name, String type, String format, String description, int priority) {}

    List<Column> columns();

    /**
     * One cell a column: String, Number or Boolean.
     *
     * @param object read only
     * @param now for ages
     */
    List<Object> cells(JsonNode object, Instant now);
}
