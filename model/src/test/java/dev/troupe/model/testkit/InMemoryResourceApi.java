package dev.troupe.model.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Decision;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.entity.ResourceDecider;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The real decisions of the real strategies over a map: for tests of what stands before or behind the store. One lock,
 * no journal, no admission, no paging; watches get every event at once on the writer's thread.
 */
public final class InMemoryResourceApi implements ResourceApi {
    private record Entry(ObjectState state, long version, StoredObject object) {}

    private record Watcher(WatchRequest request, WatchObserver observer) {}

    private final ResourceRegistry registry;
    private final InstantSource clock;
    private final Map<ObjectKey, Entry> entries = new TreeMap<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<WatchEvent> log = new ArrayList<>();
    private long version = 1_700_000_000_000_000L;
    private long ids;

    public InMemoryResourceApi(ResourceRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** The caller that tests act as. */
    public static Caller admin() {
        return Caller.of(UserInfo.of("admin", UserInfo.SYSTEM_MASTERS, UserInfo.SYSTEM_AUTHENTICATED), "test");
    }

    /** Creates an object from its JSON text. */
    public synchronized StoredObject given(String json) {
        ObjectNode object = Json.parseObject(json);
        ResourceType type = registry.findKind(Json.text(object, "apiVersion"), Json.text(object, "kind"))
                .orElseThrow()
                .type();
        String namespace = Json.text(object, "metadata", "namespace");
        return create(admin(), type, namespace, object, WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow()
                .object();
    }

    @Override
    public synchronized CompletionStage<Outcome<StoredObject>> get(Caller caller, ObjectKey key, ReadVersion wanted) {
        Entry entry = entries.get(key);
        return done(
                entry == null
                        ? Outcome.failure(
                                Status.notFound(key.resource(), key.name().name()))
                        : Outcome.success(entry.object()));
    }

    @Override
    public synchronized CompletionStage<Outcome<ObjectList>> list(Caller caller, ListRequest request) {
        List<StoredObject> items = entries.values().stream()
                .map(Entry::object)
                .filter(object -> object.type().equals(request.type()))
                .filter(object -> request.namespace().isEmpty()
                        || object.meta().namespace().equals(request.namespace()))
                .filter(object -> request.labels().matches(object.meta().labels()))
                .filter(object -> request.fields().matches(object))
                .toList();
        return done(Outcome.success(new ObjectList(version, items, "", OptionalLong.empty())));
    }

    @Override
    public synchronized CompletionStage<Outcome<WatchSubscription>> watch(
            Caller caller, WatchRequest request, WatchObserver observer) {
        List<WatchEvent> first = new ArrayList<>();
        switch (request.start()) {
            case WatchRequest.Start.After after ->
                log.stream()
                        .filter(event -> event.resourceVersion() > after.resourceVersion())
                        .filter(event -> matches(request, objectOf(event)))
                        .forEach(first::add);
            case WatchRequest.Start.State state -> current(request).forEach(first::add);
            case WatchRequest.Start.StreamedList list -> {
                current(request).forEach(first::add);
                first.add(new WatchEvent.Bookmark(version, true));
            }
        }
        Watcher watcher = new Watcher(request, observer);
        watchers.add(watcher);
        if (!first.isEmpty()) {
            observer.next(first);
        }
        return done(Outcome.success(() -> {
            synchronized (this) {
                watchers.remove(watcher);
            }
        }));
    }

    private List<WatchEvent> current(WatchRequest request) {
        return entries.values().stream()
                .map(Entry::object)
                .filter(object -> matches(request, object))
                .<WatchEvent>map(WatchEvent.Added::new)
                .toList();
    }

    private static boolean matches(WatchRequest request, StoredObject object) {
        return object.type().equals(request.type())
                && (request.namespace().isEmpty() || object.meta().namespace().equals(request.namespace()))
                && request.labels().matches(object.meta().labels())
                && request.fields().matches(object);
    }

    private static StoredObject objectOf(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Added added -> added.object();
            case WatchEvent.Modified modified -> modified.object();
            case WatchEvent.Deleted deleted -> deleted.object();
            case WatchEvent.Bookmark bookmark -> throw new IllegalArgumentException("a bookmark has no object");
        };
    }

    @Override
    public synchronized CompletionStage<Outcome<WriteResult>> create(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        ObjectNode metadata = Json.objectAt(object, "metadata");
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        }
        if (Json.text(metadata, "name").isEmpty()
                && !Json.text(metadata, "generateName").isEmpty()) {
            metadata.put("name", Json.text(metadata, "generateName") + "%05d".formatted(++ids));
        }
        ObjectKey key = type.key(namespace, Json.text(metadata, "name"));
        return write(caller, key, new Write.Create(object, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> createSubresource(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        if (!subresource.equals("binding")) {
            return done(Outcome.failure(Status.unknownResource()));
        }
        return write(caller, key, new Write.BindPod(object, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> update(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        return write(caller, key, new Write.Update(subresource, object, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options) {
        return write(caller, key, new Write.ApplyPatch(subresource, patch, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options) {
        return write(caller, key, new Write.Delete(options));
    }

    @Override
    public synchronized CompletionStage<Outcome<ObjectList>> deleteCollection(
            Caller caller, ListRequest request, DeleteOptions options) {
        CompletionStage<Outcome<ObjectList>> selected = list(caller, request);
        selected.toCompletableFuture()
                .join()
                .orThrow()
                .items()
                .forEach(object -> delete(caller, object.key(), options));
        return selected;
    }

    private synchronized CompletionStage<Outcome<WriteResult>> write(Caller caller, ObjectKey key, Write write) {
        ResourceStrategy strategy = registry.get(key.resource());
        Optional<Entry> before = Optional.ofNullable(entries.get(key));
        ObjectState state = before.map(Entry::state).orElse(ObjectState.ABSENT);
        Write.Request request = new Write.Request(key, write, caller, clock.instant(), "uid-" + ++ids);
        Decision decision = new ResourceDecider(strategy)
                .decide(state, before.map(Entry::version).orElse(0L), request);
        return done(
                switch (decision) {
                    case Decision.Rejected rejected -> Outcome.failure(rejected.status());
                    case Decision.Answer answer ->
                        Outcome.success(new WriteResult(
                                StoredObject.versioned(
                                        answer.object(),
                                        before.map(Entry::version).orElse(0L),
                                        strategy),
                                answer.effect(),
                                answer.warnings()));
                    case Decision.Persist persist -> Outcome.success(keep(strategy, state, before, persist));
                });
    }

    private WriteResult keep(
            ResourceStrategy strategy, ObjectState state, Optional<Entry> before, Decision.Persist persist) {
        ObjectState after = state.apply(persist.event());
        long assigned = ++version;
        ObjectKey key = persist.event().key();
        byte[] bytes = after.exists() ? after.object() : state.object();
        StoredObject object = StoredObject.versioned(bytes, assigned, strategy);
        WatchEvent event;
        if (after.exists()) {
            entries.put(key, new Entry(after, assigned, object));
            event = before.isPresent() ? new WatchEvent.Modified(object) : new WatchEvent.Added(object);
        } else {
            entries.remove(key);
            event = new WatchEvent.Deleted(object);
        }
        log.add(event);
        for (Watcher watcher : List.copyOf(watchers)) {
            publish(watcher, before.map(Entry::object), object, event);
        }
        return new WriteResult(object, persist.effect(), persist.warnings());
    }

    private static void publish(Watcher watcher, Optional<StoredObject> before, StoredObject object, WatchEvent event) {
        boolean matched = before.filter(old -> matches(watcher.request(), old)).isPresent();
        boolean matches = !(event instanceof WatchEvent.Deleted) && matches(watcher.request(), object);
        if (matches) {
            watcher.observer().next(List.of(matched ? new WatchEvent.Modified(object) : new WatchEvent.Added(object)));
        } else if (matched) {
            watcher.observer().next(List.of(new WatchEvent.Deleted(object)));
        }
    }

    /** All objects of one namespace and resource by name, for assertions. */
    public synchronized List<StoredObject> all(ResourceType type) {
        return entries.values().stream()
                .map(Entry::object)
                .filter(object -> object.type().equals(type))
                .toList();
    }

    /** One object, for assertions. */
    public synchronized Optional<StoredObject> find(ResourceType type, String namespace, String name) {
        return Optional.ofNullable(entries.get(new ObjectKey(
                        type.groupResource(), new NamespacedName(type.namespaced() ? namespace : "", name))))
                .map(Entry::object);
    }

    private static <T> CompletionStage<Outcome<T>> done(Outcome<T> outcome) {
        return CompletableFuture.completedFuture(outcome);
    }
}
