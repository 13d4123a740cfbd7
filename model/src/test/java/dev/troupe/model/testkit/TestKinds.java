package dev.troupe.model.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The built-in kinds, and plain ones without rules of their own for built-in types that are not served. */
public final class TestKinds {
    private static final List<ResourceType> NEEDED = List.of(
            BuiltInTypes.NAMESPACES,
            BuiltInTypes.NODES,
            BuiltInTypes.SERVICES,
            BuiltInTypes.ENDPOINTS,
            BuiltInTypes.CONFIG_MAPS,
            BuiltInTypes.SECRETS,
            BuiltInTypes.SERVICE_ACCOUNTS,
            BuiltInTypes.EVENTS,
            BuiltInTypes.RESOURCE_QUOTAS,
            BuiltInTypes.ENDPOINT_SLICES,
            BuiltInTypes.LEASES,
            BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS);

    private TestKinds() {}

    public static ResourceRegistry registry() {
        ResourceRegistry builtIn = BuiltInKinds.registry();
        List<ResourceStrategy> strategies = new ArrayList<>(builtIn.all());
        NEEDED.stream()
                .filter(type -> builtIn.find(type.groupResource()).isEmpty())
                .map(Plain::new)
                .forEach(strategies::add);
        return new ResourceRegistry(strategies);
    }

    private record Plain(ResourceType type) implements ResourceStrategy, TableDefinition {
        @Override
        public TableDefinition table() {
            return this;
        }

        @Override
        public List<Column> columns() {
            return List.of();
        }

        @Override
        public List<Object> cells(JsonNode object, Instant now) {
            return List.of();
        }
    }
}
