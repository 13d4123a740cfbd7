package dev.troupe.model.resource;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The served kinds. Immutable; the order given is the order of discovery. */
public final class ResourceRegistry {
    private final Map<GroupResource, ResourceStrategy> strategies = new LinkedHashMap<>();

    public ResourceRegistry(List<ResourceStrategy> strategies) {
        for (ResourceStrategy strategy : strategies) {
            if (this.strategies.put(strategy.type().groupResource(), strategy) != null) {
                throw new IllegalArgumentException("registered twice: " + strategy.type());
            }
        }
    }

    public Collection<ResourceStrategy> all() {
        return List.copyOf(strategies.values());
    }

    public Optional<ResourceStrategy> find(GroupResource resource) {
        return Optional.ofNullable(strategies.get(resource));
    }

    /** @throws IllegalArgumentException if the resource is not served */
    public ResourceStrategy get(GroupResource resource) {
        return find(resource).orElseThrow(() -> new IllegalArgumentException("not served: " + resource));
    }

    public Optional<ResourceStrategy> find(String group, String version, String plural) {
        return find(new GroupResource(group, plural))
                .filter(strategy -> strategy.type().version().equals(version));
    }

    public Optional<ResourceStrategy> findKind(String apiVersion, String kind) {
        return strategies.values().stream()
                .filter(strategy -> strategy.type().kind().equals(kind)
                        && strategy.type().apiVersion().equals(apiVersion))
                .findFirst();
    }
}
