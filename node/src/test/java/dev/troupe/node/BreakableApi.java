package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** An API that can be away, and that writes down what is asked of pods. */
final class BreakableApi implements ResourceApi {
    final List<String> podWrites = new CopyOnWriteArrayList<>();
    private final ResourceApi api;
    private final Map<WatchObserver, WatchSubscription> watches = new ConcurrentHashMap<>();
    private volatile boolean away;
    private volatile boolean leaseFailed;

    /** Of the first status that was written after the list of writes was cleared. */
    volatile int restartsFirstReported = -1;

    BreakableApi(ResourceApi api) {
        this.api = api;
    }

    void breakDown() {
        away = true;
        watches.forEach((observer, watch) -> {
            watch.cancel();
            observer.ended(Optional.of(gone()));
        });
        watches.clear();
    }

    boolean leaseFailed() {
        return leaseFailed;
    }

    void comeBack() {
        away = false;
    }

    private static Status gone() {
        return Status.serviceUnavailable("away for the test");
    }

    private <T> CompletionStage<Outcome<T>> unlessAway(Supplier<CompletionStage<Outcome<T>>> call) {
        return away ? CompletableFuture.completedFuture(Outcome.failure(gone())) : call.get();
    }

    private void note(ObjectKey key, String what) {
        if (!away && key.resource().resource().equals("pods")) {
            podWrites.add(what + " " + key.name().name());
        }
    }

    @Override
    public CompletionStage<Outcome<StoredObject>> get(Caller caller, ObjectKey key, ReadVersion version) {
        return unlessAway(() -> api.get(caller, key, version));
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> list(Caller caller, ListRequest request) {
        return unlessAway(() -> api.list(caller, request));
    }

    @Override
    public CompletionStage<Outcome<WatchSubscription>> watch(
            Caller caller, WatchRequest request, WatchObserver observer) {
        return unlessAway(() -> api.watch(caller, request, observer).thenApply(outcome -> {
            watches.put(observer, outcome.orThrow());
            return outcome;
        }));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> create(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        return unlessAway(() -> api.create(caller, type, namespace, object, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> createSubresource(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        return unlessAway(() -> api.createSubresource(caller, key, subresource, object, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> update(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        return unlessAway(() -> api.update(caller, key, subresource, object, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options) {
        if (!away && podWrites.isEmpty() && subresource.equals("status")) {
            int restarts = 0;
            for (JsonNode status : Json.at(patch.document(), "status", "containerStatuses")) {
                restarts += Json.integer(status, 0, "restartCount");
            }
            restartsFirstReported = restarts;
        }
        leaseFailed |= away && key.resource().resource().equals("leases");
        note(key, "patch " + subresource);
        return unlessAway(() -> api.patch(caller, key, subresource, patch, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options) {
        note(key, "delete");
        return unlessAway(() -> api.delete(caller, key, options));
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> deleteCollection(
            Caller caller, ListRequest request, DeleteOptions options) {
        return unlessAway(() -> api.deleteCollection(caller, request, options));
    }
}
