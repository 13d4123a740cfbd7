package dev.troupe.http.verb;

import dev.troupe.http.request.RequestInfo;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;

/**
 * What the path of a request names.
 *
 * @param namespace empty for cluster-scoped kinds and for all namespaces
 * @param name empty for the collection
 * @param subresource empty for the object itself
 */
record Target(ResourceStrategy strategy, String namespace, String name, String subresource) {

    static Target of(ResourceStrategy strategy, RequestInfo info) {
        return new Target(
                strategy, strategy.type().namespaced() ? info.namespace() : "", info.name(), info.subresource());
    }

    ResourceType type() {
        return strategy.type();
    }

    ObjectKey key() {
        return type().key(namespace, name);
    }
}
