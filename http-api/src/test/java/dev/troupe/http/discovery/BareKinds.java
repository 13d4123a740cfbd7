package dev.troupe.http.discovery;

import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import java.util.stream.Stream;

/** Registries of kinds of which only the type matters, as it does to documents. */
public final class BareKinds {
    private BareKinds() {}

    public static ResourceRegistry of(ResourceType... types) {
        return new ResourceRegistry(Stream.of(types)
                .map(Bare::new)
                .map(ResourceStrategy.class::cast)
                .toList());
    }

    /** Some of every scope and group. */
    public static ResourceRegistry common() {
        return of(
                BuiltInTypes.NAMESPACES,
                BuiltInTypes.NODES,
                BuiltInTypes.PODS,
                BuiltInTypes.SERVICES,
                BuiltInTypes.CONFIG_MAPS,
                BuiltInTypes.SECRETS,
                BuiltInTypes.SERVICE_ACCOUNTS,
                BuiltInTypes.EVENTS,
                BuiltInTypes.RESOURCE_QUOTAS,
                BuiltInTypes.REPLICA_SETS,
                BuiltInTypes.DEPLOYMENTS,
                BuiltInTypes.ENDPOINT_SLICES,
                BuiltInTypes.LEASES,
                BuiltInTypes.IP_ADDRESSES);
    }

    private record Bare(ResourceType type) implements ResourceStrategy {
        @Override
        public TableDefinition table() {
            throw new UnsupportedOperationException("documents print no tables");
        }
    }
}
