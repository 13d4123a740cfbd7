package dev.troupe.actors.api;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Deletes what a list selects, some objects at a time. As in Kubernetes the first failure is answered. */
final class CollectionDeletions {
    private final CacheReads reads;
    private final Deletion deletion;
    private final int workers;

    /** Deletes one object. */
    interface Deletion {
        CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options);
    }

    CollectionDeletions(CacheReads reads, Deletion deletion, int workers) {
        this.reads = reads;
        this.deletion = deletion;
        this.workers = workers;
    }

    CompletionStage<Outcome<ObjectList>> delete(Caller caller, ListRequest request, DeleteOptions options) {
        return reads.list(request).thenCompose(listed -> switch (listed) {
            case Outcome.Failure<ObjectList> failure -> CompletableFuture.completedFuture(failure);
            case Outcome.Success<ObjectList> success ->
                deleteAll(caller, success.value().items(), options)
                        .thenApply(failure -> failure.<Outcome<ObjectList>>map(Outcome::failure)
                                .orElse(success));
        });
    }

    private CompletionStage<Optional<Status>> deleteAll(
            Caller caller, List<StoredObject> objects, DeleteOptions options) {
        Shared shared = new Shared(caller, options, objects.iterator());
        CompletionStage<Optional<Status>> all = CompletableFuture.completedFuture(Optional.empty());
        for (int i = 0; i < Math.min(workers, objects.size()); i++) {
            all = all.thenCombine(deleteNext(shared), (one, other) -> one.or(() -> other));
        }
        return all;
    }

    private record Shared(Caller caller, DeleteOptions options, Iterator<StoredObject> objects) {
        synchronized Optional<StoredObject> next() {
            return objects.hasNext() ? Optional.of(objects.next()) : Optional.empty();
        }
    }

    private CompletionStage<Optional<Status>> deleteNext(Shared shared) {
        Optional<StoredObject> next = shared.next();
        if (next.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return deletion.delete(shared.caller(), next.get().key(), shared.options())
                .thenCompose(outcome -> {
                    Optional<Status> failure = outcome instanceof Outcome.Failure<WriteResult> failed
                                    && failed.status().code() != 404
                            ? Optional.of(failed.status())
                            : Optional.empty();
                    return failure.isPresent() ? CompletableFuture.completedFuture(failure) : deleteNext(shared);
                });
    }
}
