package dev.troupe.model.api;

import dev.troupe.model.resource.StoredObject;
import java.util.List;
import java.util.OptionalLong;

/**
 * One page of a list.
 *
 * @param resourceVersion where a watch may go on from
 * @param continueToken empty on the last page
 * @param remainingItemCount as Kubernetes gives it: only with a limit and without selectors
 */
public record ObjectList(
        long resourceVersion, List<StoredObject> items, String continueToken, OptionalLong remainingItemCount) {}
