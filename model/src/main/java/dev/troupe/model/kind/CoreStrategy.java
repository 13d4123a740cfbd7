package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import java.util.List;

/** What the kinds of {@link CoreKinds} have in common: a type, a table, and no generation. */
abstract class CoreStrategy implements ResourceStrategy {
    private final ResourceType type;
    private final TableDefinition table;

    CoreStrategy(ResourceType type, TableDefinition table) {
        this.type = type;
        this.table = table;
    }

    @Override
    public final ResourceType type() {
        return type;
    }

    @Override
    public final TableDefinition table() {
        return table;
    }

    @Override
    public boolean tracksGeneration() {
        return false;
    }

    static String nameOf(JsonNode object) {
        return Json.text(object, "metadata", "name");
    }

    /** Removes fields that hold false or 0 where Kubernetes does not write them. */
    static void dropZeros(ObjectNode object, List<String> fields) {
        for (String field : fields) {
            JsonNode value = object.path(field);
            if ((value.isBoolean() && !value.booleanValue()) || (value.isNumber() && value.longValue() == 0)) {
                object.remove(field);
            }
        }
    }
}
