package dev.troupe.actors.allocation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import java.time.Instant;
import java.util.List;

/**
 * The reservation of one port of every node, named by its number. Not served to clients: Kubernetes has no such kind. As
 * an object it has an entity, a journal and a cache like any other.
 */
public final class NodePortStrategy implements ResourceStrategy {
    static final ResourceType TYPE = new ResourceType(
            "internal.troupe.dev", "v1", "nodeports", "nodeport", "NodePort", false, List.of(), List.of(), List.of());

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public TableDefinition table() {
        return new TableDefinition() {
            @Override
            public List<Column> columns() {
                return List.of(new Column("Name", "string", "name", "The port", 0));
            }

            @Override
            public List<Object> cells(JsonNode object, Instant now) {
                return List.of(object.path("metadata").path("name").asText());
            }
        };
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        return old.isMissingNode() ? "NodePortReserved" : "NodePortReleased";
    }
}
