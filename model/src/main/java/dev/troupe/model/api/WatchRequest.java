package dev.troupe.model.api;

import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;

/** @param namespace empty for all namespaces */
public record WatchRequest(
        ResourceType type,
        String namespace,
        LabelSelector labels,
        FieldSelector fields,
        Start start,
        boolean bookmarks) {

    /** Where a watch begins. */
    public sealed interface Start {
        /** Every change after this version. */
        record After(long resourceVersion) implements Start {}

        /** The state as synthetic Added events, then every later change. */
        record State() implements Start {}

        /** As {@link State} at least as new as the version, then a bookmark that ends the initial events. */
        record StreamedList(long notOlderThan) implements Start {}
    }

    /** The state and all changes of a resource, as a controller wants it. */
    public static WatchRequest state(ResourceType type) {
        return new WatchRequest(
                type, "", LabelSelector.everything(), FieldSelector.everything(), new Start.StreamedList(0), true);
    }
}
