package dev.troupe.node.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Kinds that take every object as it is, status too: a test writes what controllers would have written. */
public final class BareKinds {
    private BareKinds() {}

    public static InMemoryResourceApi api() {
        List<ResourceStrategy> kinds = Stream.of(
                        BuiltInTypes.SERVICES, BuiltInTypes.ENDPOINT_SLICES, BuiltInTypes.NODES, BuiltInTypes.PODS)
                .<ResourceStrategy>map(Bare::new)
                .toList();
        return new InMemoryResourceApi(
                new ResourceRegistry(kinds), InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
    }

    private record Bare(ResourceType type) implements ResourceStrategy {
        @Override
        public TableDefinition table() {
            return new NoTable();
        }

        @Override
        public void prepareForCreate(com.fasterxml.jackson.databind.node.ObjectNode object) {}

        @Override
        public void prepareForUpdate(com.fasterxml.jackson.databind.node.ObjectNode object, JsonNode old) {}
    }

    private record NoTable() implements TableDefinition {
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
