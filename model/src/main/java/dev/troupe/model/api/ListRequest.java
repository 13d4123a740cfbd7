package dev.troupe.model.api;

import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;

/**
 * @param namespace empty for all namespaces
 * @param limit most items of one page; 0 for all
 * @param continueToken empty for the first page
 */
public record ListRequest(
        ResourceType type,
        String namespace,
        LabelSelector labels,
        FieldSelector fields,
        ReadVersion version,
        int limit,
        String continueToken) {

    /** Everything of a resource, as fresh as acknowledged writes. */
    public static ListRequest all(ResourceType type) {
        return in(type, "");
    }

    public static ListRequest in(ResourceType type, String namespace) {
        return new ListRequest(
                type,
                namespace,
                LabelSelector.everything(),
                FieldSelector.everything(),
                new ReadVersion.Latest(),
                0,
                "");
    }
}
