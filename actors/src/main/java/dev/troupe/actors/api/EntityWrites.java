package dev.troupe.actors.api;

import dev.troupe.actors.cache.CacheSources;
import dev.troupe.actors.cache.WatchCache;
import dev.troupe.actors.entity.ResourceEntity;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Decision;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.entity.ResourceDecider;
import dev.troupe.model.entity.Write;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one write to its object's entity, with the time and the uid that the entity may not make up itself. */
final class EntityWrites implements Writes {
    private static final Logger LOG = LoggerFactory.getLogger(EntityWrites.class);

    private final ActorSystem<?> system;
    private final Map<GroupResource, WatchCache> caches;
    private final CacheSources sources;
    private final InstantSource clock;
    private final IdGenerator ids;
    private final ApiSettings settings;
    private final AtomicInteger inFlight = new AtomicInteger();

    EntityWrites(ActorResourceApi.Environment environment, ApiSettings settings) {
        this.system = environment.system();
        this.caches = environment.caches();
        this.sources = environment.sources();
        this.clock = environment.clock();
        this.ids = environment.ids();
        this.settings = settings;
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> write(Caller caller, ObjectKey key, Write write) {
        Optional<WatchCache> cache = Optional.ofNullable(caches.get(key.resource()));
        if (cache.isEmpty()) {
            return failed(Status.unknownResource());
        }
        Instant now = clock.instant();
        Write.Request request = new Write.Request(key, write, caller, now, ids.uid());
        if (!canExist(key, cache.get().strategy())) {
            return CompletableFuture.completedFuture(refusal(cache.get().strategy(), request));
        }
        if (inFlight.incrementAndGet() > settings.maxWritesInFlight()) {
            inFlight.decrementAndGet();
            return failed(Status.tooManyRequests("Too many requests, please try again later.", 1));
        }
        return AskPattern.<ResourceEntity.Command, ResourceEntity.Answer>ask(
                        sources.entities().apply(key),
                        replyTo -> new ResourceEntity.Handle(request, now.plus(settings.writeTimeout()), replyTo),
                        settings.writeTimeout(),
                        system.scheduler())
                .handle((answer, failure) -> {
                    inFlight.decrementAndGet();
                    if (failure != null) {
                        LOG.warn("{}: a {} was not answered: {}", key, write.verb(), failure.toString());
                        return Outcome.failure(Status.timeout(
                                "request did not complete within requested timeout - context deadline exceeded"));
                    }
                    return switch (answer) {
                        case ResourceEntity.Refused refused -> Outcome.failure(refused.status());
                        case ResourceEntity.Written written -> Outcome.success(result(cache.get(), request, written));
                    };
                });
    }

    /** Shares the cache's object where it is there already, so that it is parsed once. */
    private static WriteResult result(WatchCache cache, Write.Request request, ResourceEntity.Written written) {
        if (request.write().isDryRun() && written.resourceVersion() == 0) {
            return new WriteResult(
                    StoredObject.unstored(written.object(), cache.strategy()), written.effect(), written.warnings());
        }
        StoredObject object = cache.view()
                .objects()
                .find(request.key().name())
                .filter(cached -> cached.resourceVersion() == written.resourceVersion()
                        && !request.write().isDryRun())
                .orElseGet(() -> StoredObject.versioned(written.object(), written.resourceVersion(), cache.strategy()));
        return new WriteResult(object, written.effect(), written.warnings());
    }

    /** No entity is made for a name that no object can have. */
    private static boolean canExist(ObjectKey key, ResourceStrategy strategy) {
        String namespace = key.name().namespace();
        return strategy.validateName(key.name().name(), false).isEmpty()
                && !key.name().name().isEmpty()
                && (strategy.type().namespaced()
                        ? ObjectNames.dns1123Label(namespace, false).isEmpty()
                        : namespace.isEmpty());
    }

    private static Outcome<WriteResult> refusal(ResourceStrategy strategy, Write.Request request) {
        return switch (new ResourceDecider(strategy).decide(ObjectState.ABSENT, 0, request)) {
            case Decision.Rejected rejected -> Outcome.failure(rejected.status());
            case Decision.Answer answer -> throw new IllegalStateException("nothing can be at " + request.key());
            case Decision.Persist persist -> throw new IllegalStateException("nothing can be at " + request.key());
        };
    }

    private static <T> CompletionStage<Outcome<T>> failed(Status status) {
        return CompletableFuture.completedFuture(Outcome.failure(status));
    }
}
