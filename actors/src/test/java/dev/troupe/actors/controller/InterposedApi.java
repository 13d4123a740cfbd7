package dev.troupe.actors.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between controllers and an API: delays what they see, ends watches, refuses creations, notes who creates. */
final class InterposedApi implements ResourceApi {
    /** Who created what. */
    record Creation(Caller caller, ResourceType type) {}

    private final ResourceApi behind;
    private final Executor lag;
    private final List<WatchObserver> observers = new CopyOnWriteArrayList<>();
    private final List<Creation> creations = new CopyOnWriteArrayList<>();
    private final AtomicInteger watches = new AtomicInteger();
    private volatile Optional<Status> refusal = Optional.empty();

    /** @param lag runs what reaches observers, in order */
    InterposedApi(ResourceApi behind, Executor lag) {
        this.behind = behind;
        this.lag = lag;
    }

    void refuseCreations(Optional<Status> why) {
        refusal = why;
    }

    List<Creation> creations() {
        return List.copyOf(creations);
    }

    int watches() {
        return watches.get();
    }

    /** Ends all watches as a server does; their observers miss all later events. */
    void endWatches() {
        List<WatchObserver> ended = new ArrayList<>(observers);
        observers.removeAll(ended);
        ended.forEach(
                observer -> lag.execute(() -> observer.ended(Optional.of(Status.expired("too old resource version")))));
    }

    @Override
    public CompletionStage<Outcome<StoredObject>> get(Caller caller, ObjectKey key, ReadVersion version) {
        return behind.get(caller, key, version);
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> list(Caller caller, ListRequest request) {
        return behind.list(caller, request);
    }

    @Override
    public CompletionStage<Outcome<WatchSubscription>> watch(
            Caller caller, WatchRequest request, WatchObserver observer) {
        watches.incrementAndGet();
        observers.add(observer);
        return behind.watch(caller, request, new WatchObserver() {
            @Override
            public void next(List<WatchEvent> events) {
                lag.execute(() -> {
                    if (observers.contains(observer)) {
                        observer.next(events);
                    }
                });
            }

            @Override
            public void ended(Optional<Status> why) {
                lag.execute(() -> observer.ended(why));
            }
        });
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> create(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        creations.add(new Creation(caller, type));
        Optional<Status> refused = type.kind().equals("Event") ? Optional.empty() : refusal;
        return refused.isPresent()
                ? CompletableFuture.completedStage(Outcome.failure(refused.get()))
                : behind.create(caller, type, namespace, object, options);
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> createSubresource(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        return behind.createSubresource(caller, key, subresource, object, options);
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> update(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        return behind.update(caller, key, subresource, object, options);
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options) {
        return behind.patch(caller, key, subresource, patch, options);
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options) {
        return behind.delete(caller, key, options);
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> deleteCollection(
            Caller caller, ListRequest request, DeleteOptions options) {
        return behind.deleteCollection(caller, request, options);
    }
}
