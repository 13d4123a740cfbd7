package dev.troupe.model.resource;

import java.util.List;

/**
 * One served resource: {@code pods} of {@code v1}, {@code deployments} of {@code apps/v1}.
 *
 * @param group API group, empty for core
 * @param version served version, for example {@code v1}
 * @param plural lower-case name in paths, for example {@code pods}
 * @param singular lower-case kind, for example {@code pod}
 * @param kind CamelCase kind, for example {@code Pod}
 * @param namespaced false for cluster-scoped resources
 * @param shortNames kubectl's abbreviations, for example {@code po}
 * @param categories groupings such as {@code all}
 * @param subresources for example {@code status}, {@code scale}, {@code binding}, {@code log}, {@code exec}
 */
public record ResourceType(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        List<String> subresources) {
    public ResourceType {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        subresources = List.copyOf(subresources);
    }

    /** {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public GroupResource groupResource() {
        return new GroupResource(group, plural);
    }

    public ObjectKey key(String namespace, String name) {
        return new ObjectKey(groupResource(), new NamespacedName(namespaced ? namespace : "", name));
    }

    public boolean hasSubresource(String subresource) {
        return subresources.contains(subresource);
    }
}
