package dev.troupe.actors.api;

import dev.troupe.actors.allocation.ReadFailure;
import dev.troupe.actors.allocation.StoredObjects;
import dev.troupe.actors.cache.CacheSources;
import dev.troupe.actors.cache.CacheView;
import dev.troupe.actors.cache.WatchCache;
import dev.troupe.actors.sequencer.LocalVersions;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Reads from this member's caches, as fresh as asked for. No entity is ever asked. */
final class CacheReads implements StoredObjects {
    private final ActorSystem<?> system;
    private final Map<GroupResource, WatchCache> caches;
    private final CacheSources sources;
    private final LocalVersions versions;
    private final ApiSettings settings;
    private final Executor executor;

    CacheReads(ActorResourceApi.Environment environment, ApiSettings settings) {
        this.system = environment.system();
        this.caches = environment.caches();
        this.sources = environment.sources();
        this.versions = environment.versions();
        this.settings = settings;
        this.executor = system.executionContext();
    }

    Optional<WatchCache> cache(GroupResource resource) {
        return Optional.ofNullable(caches.get(resource));
    }

    CompletionStage<Outcome<StoredObject>> get(ObjectKey key, ReadVersion wanted) {
        ReadVersion version = wanted instanceof ReadVersion.Exact exact
                ? new ReadVersion.NotOlderThan(exact.resourceVersion())
                : wanted;
        return read(
                key.resource(),
                version,
                view -> view.objects()
                        .find(key.name())
                        .map(Outcome::success)
                        .orElseGet(() -> Outcome.failure(
                                Status.notFound(key.resource(), key.name().name()))));
    }

    @Override
    public Optional<StoredObject> glance(ObjectKey key) {
        return cache(key.resource()).flatMap(cache -> cache.view().objects().find(key.name()));
    }

    @Override
    public Optional<StoredObject> latest(ObjectKey key) {
        return switch (get(key, new ReadVersion.Latest()).toCompletableFuture().join()) {
            case Outcome.Success<StoredObject> success -> Optional.of(success.value());
            case Outcome.Failure<StoredObject> failure -> {
                if (failure.status().code() != 404) {
                    throw new ReadFailure(failure.status());
                }
                yield Optional.empty();
            }
        };
    }

    @Override
    public List<StoredObject> all(ResourceType type) {
        return switch (list(ListRequest.all(type)).toCompletableFuture().join()) {
            case Outcome.Success<ObjectList> success -> success.value().items();
            case Outcome.Failure<ObjectList> failure -> throw new ReadFailure(failure.status());
        };
    }

    CompletionStage<Outcome<ObjectList>> list(ListRequest request) {
        GroupResource resource = request.type().groupResource();
        if (request.continueToken().isEmpty()) {
            NamespacedName first = new NamespacedName(request.namespace(), "");
            return read(resource, request.version(), view -> Outcome.success(page(view, request, first)));
        }
        return switch (ContinueToken.decode(request.continueToken())) {
            case Outcome.Failure<ContinueToken> failure -> CompletableFuture.completedFuture(failure.as());
            case Outcome.Success<ContinueToken> token -> continued(resource, request, token.value());
        };
    }

    private CompletionStage<Outcome<ObjectList>> continued(
            GroupResource resource, ListRequest request, ContinueToken token) {
        return freshened(resource, token.resourceVersion(), settings.futureVersionWait())
                .thenApply(fresh -> fresh.flatMap(cache -> cache.viewAt(token.resourceVersion())
                        .map(view -> Outcome.success(page(view, request, token.next())))
                        .orElseGet(() -> Outcome.failure(
                                Status.expired("The provided continue parameter is too old to display a consistent list"
                                        + " result. You can start a new list without the continue parameter.")))));
    }

    private static ObjectList page(CacheView view, ListRequest request, NamespacedName from) {
        List<StoredObject> items = new ArrayList<>();
        Iterator<StoredObject> candidates = view.objects().from(from);
        while (candidates.hasNext()) {
            StoredObject object = candidates.next();
            if (!request.namespace().isEmpty()
                    && !request.namespace().equals(object.meta().namespace())) {
                break;
            }
            if (!request.labels().matches(object.meta().labels())
                    || !request.fields().matches(object)) {
                continue;
            }
            if (request.limit() > 0 && items.size() == request.limit()) {
                return new ObjectList(
                        view.version(),
                        items,
                        new ContinueToken(view.version(), object.name()).encode(),
                        remaining(view, request, object.name()));
            }
            items.add(object);
        }
        return new ObjectList(view.version(), items, "", OptionalLong.empty());
    }

    private static OptionalLong remaining(CacheView view, ListRequest request, NamespacedName next) {
        if (!request.labels().isEverything() || !request.fields().isEverything()) {
            return OptionalLong.empty();
        }
        // No name sorts between a namespace and the same with NUL behind it.
        Optional<NamespacedName> end = request.namespace().isEmpty()
                ? Optional.empty()
                : Optional.of(new NamespacedName(request.namespace() + "\0", ""));
        return OptionalLong.of(view.objects().count(next, end));
    }

    CompletionStage<Outcome<WatchSubscription>> watch(WatchRequest request, WatchObserver observer) {
        GroupResource resource = request.type().groupResource();
        return switch (request.start()) {
            case WatchRequest.Start.After after ->
                freshened(resource, 0, settings.readTimeout())
                        .thenCompose(fresh -> andThen(
                                fresh,
                                cache -> cache.reachBack(after.resourceVersion(), sources)
                                        .thenApply(read -> cache.watch(request, observer))));
            case WatchRequest.Start.State state ->
                freshened(resource, 0, settings.readTimeout())
                        .thenApply(fresh -> fresh.flatMap(cache -> cache.watch(request, observer)));
            case WatchRequest.Start.StreamedList list ->
                latest(resource)
                        .thenCompose(latest -> andThen(
                                latest,
                                version -> freshened(
                                        resource,
                                        Math.max(version, list.notOlderThan()),
                                        list.notOlderThan() > version
                                                ? settings.futureVersionWait()
                                                : settings.readTimeout())))
                        .thenApply(fresh -> fresh.flatMap(cache -> cache.watch(request, observer)));
        };
    }

    private <T> CompletionStage<Outcome<T>> read(
            GroupResource resource, ReadVersion wanted, Function<CacheView, Outcome<T>> reader) {
        return switch (wanted) {
            case ReadVersion.Any any ->
                freshened(resource, 0, settings.readTimeout())
                        .thenApply(fresh -> fresh.flatMap(cache -> reader.apply(cache.view())));
            case ReadVersion.Latest latest ->
                latest(resource)
                        .thenCompose(known ->
                                andThen(known, version -> freshened(resource, version, settings.readTimeout())))
                        .thenApply(fresh -> fresh.flatMap(cache -> reader.apply(cache.view())));
            case ReadVersion.NotOlderThan least ->
                freshened(resource, least.resourceVersion(), settings.futureVersionWait())
                        .thenApply(fresh -> fresh.flatMap(cache -> reader.apply(cache.view())));
            case ReadVersion.Exact exact ->
                freshened(resource, exact.resourceVersion(), settings.futureVersionWait())
                        .thenApply(fresh -> fresh.flatMap(cache -> cache.viewAt(exact.resourceVersion())
                                .map(reader)
                                .orElseGet(() -> Outcome.failure(
                                        Status.expired("The resourceVersion for the provided list is too old.")))));
        };
    }

    @Override
    public CompletionStage<Optional<Status>> upToDate(GroupResource resource) {
        return latest(resource)
                .thenCompose(known -> andThen(known, version -> freshened(resource, version, settings.readTimeout())))
                .thenApply(fresh -> fresh instanceof Outcome.Failure<WatchCache> failure
                        ? Optional.of(failure.status())
                        : Optional.empty());
    }

    /** The newest version of all acknowledged writes, wherever they were acknowledged. */
    private CompletionStage<Outcome<Long>> latest(GroupResource resource) {
        OptionalLong local = versions.latest(resource);
        if (local.isPresent()) {
            return CompletableFuture.completedFuture(Outcome.success(local.getAsLong()));
        }
        return AskPattern.<Sequencer.Command, Sequencer.Latest>ask(
                        sources.sequencers().of(resource),
                        Sequencer.GetLatest::new,
                        settings.readTimeout(),
                        system.scheduler())
                .handle((latest, failure) -> failure == null
                        ? Outcome.success(latest.version())
                        : Outcome.failure(
                                Status.serviceUnavailable("the sequencer of " + resource + " does not answer")));
    }

    /** The cache once it has a version; a failure if it does not get there in time. */
    private CompletionStage<Outcome<WatchCache>> freshened(GroupResource resource, long version, Duration patience) {
        Optional<WatchCache> found = cache(resource);
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(Outcome.failure(Status.unknownResource()));
        }
        WatchCache cache = found.get();
        if (!cache.isReady()) {
            return CompletableFuture.completedFuture(
                    Outcome.failure(Status.serviceUnavailable("the objects of " + resource + " are being loaded")));
        }
        if (cache.view().version() >= version) {
            return CompletableFuture.completedFuture(Outcome.success(cache));
        }
        // Elsewhere than on the thread that feeds the cache.
        return cache.await(version, patience.toMillis())
                .thenApplyAsync(
                        reached -> reached
                                ? Outcome.success(cache)
                                : Outcome.failure(Status.resourceVersionTooLarge(
                                        version, cache.view().version())),
                        executor);
    }

    private static <T, U> CompletionStage<Outcome<U>> andThen(
            Outcome<T> outcome, Function<T, CompletionStage<Outcome<U>>> next) {
        return switch (outcome) {
            case Outcome.Success<T> success -> next.apply(success.value());
            case Outcome.Failure<T> failure -> CompletableFuture.completedFuture(failure.as());
        };
    }
}
