package dev.troupe.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.Ages;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The built-in kinds, and plain strategies for those that the protocol's tests need beside them. */
final class TestKinds {
    private TestKinds() {}

    static ResourceRegistry registry() {
        List<ResourceStrategy> all = new ArrayList<>(BuiltInKinds.registry().all());
        for (ResourceType type : List.of(
                BuiltInTypes.CONFIG_MAPS,
                BuiltInTypes.NAMESPACES,
                BuiltInTypes.NODES,
                BuiltInTypes.SECRETS,
                BuiltInTypes.SERVICES,
                BuiltInTypes.LEASES)) {
            if (all.stream().noneMatch(one -> one.type().equals(type))) {
                all.add(new Plain(type));
            }
        }
        return new ResourceRegistry(all);
    }

    private record Plain(ResourceType type) implements ResourceStrategy {
        @Override
        public TableDefinition table() {
            return new TableDefinition() {
                @Override
                public List<Column> columns() {
                    return List.of(new Column("Name", "string", "name", "", 0), new Column("Age", "string", "", "", 0));
                }

                @Override
                public List<Object> cells(JsonNode object, Instant now) {
                    return List.of(Json.text(object, "metadata", "name"), Ages.of(object, now));
                }
            };
        }
    }
}
