package dev.troupe.model.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.util.concurrent.CompletionStage;

/**
 * The one door to all objects: the HTTP layer, controllers, the scheduler and nodes read and write through it, so
 * admission, quota and audit apply to all. The caller has been authorized before.
 *
 * <p>Expected failures are {@link Outcome.Failure}; a stage completes exceptionally only for a bug. A subresource is
 * empty for the object itself, else {@code status}, {@code scale}, {@code binding} (create on pods), {@code finalize}
 * (update on namespaces) or {@code eviction} (create on pods). Objects handed in may be changed by the callee.
 */
public interface ResourceApi {

    CompletionStage<Outcome<StoredObject>> get(Caller caller, ObjectKey key, ReadVersion version);

    CompletionStage<Outcome<ObjectList>> list(Caller caller, ListRequest request);

    /** The observer gets nothing after a failure; after a success events begin at once. */
    CompletionStage<Outcome<WatchSubscription>> watch(Caller caller, WatchRequest request, WatchObserver observer);

    /**
     * Creates an object. The name may be left to {@code metadata.generateName}.
     *
     * @param namespace of the path; empty for cluster-scoped resources
     */
    CompletionStage<Outcome<WriteResult>> create(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options);

    /** Creates a subresource of an object: binding or eviction of a pod. */
    CompletionStage<Outcome<WriteResult>> createSubresource(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options);

    CompletionStage<Outcome<WriteResult>> update(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options);

    CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options);

    CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options);

    /** Deletes all that the request selects, and answers what it selected. */
    CompletionStage<Outcome<ObjectList>> deleteCollection(Caller caller, ListRequest request, DeleteOptions options);
}
