package dev.troupe.actors.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.allocation.AllocationSettings;
import dev.troupe.actors.allocation.ReservationRepair;
import dev.troupe.actors.allocation.ServiceWrites;
import dev.troupe.actors.cache.CacheSources;
import dev.troupe.actors.cache.WatchCache;
import dev.troupe.actors.sequencer.LocalVersions;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.IdGenerator;
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
import dev.troupe.model.entity.Write;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorSystem;

/** The door to all objects on this member: writes go to the objects' entities, reads to this member's caches. */
public final class ActorResourceApi implements ResourceApi {
    private final CacheReads reads;
    private final Writes writes;
    private final ReservationRepair repair;
    private final Creations creations;
    private final CollectionDeletions collections;

    /** What the API stands on. */
    public record Environment(
            ActorSystem<?> system,
            Map<GroupResource, WatchCache> caches,
            CacheSources sources,
            LocalVersions versions,
            InstantSource clock,
            IdGenerator ids) {}

    /** The API's own settings. */
    public record Settings(ApiSettings api, AllocationSettings allocation) {}

    public static ActorResourceApi create(Environment environment, Settings settings) {
        return new ActorResourceApi(environment, settings);
    }

    private ActorResourceApi(Environment environment, Settings settings) {
        this.reads = new CacheReads(environment, settings.api());
        Executor virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        EntityWrites entities = new EntityWrites(environment, settings.api());
        this.repair = new ReservationRepair(entities, reads, environment.clock());
        this.writes = new ServiceWrites(entities, reads, settings.allocation(), new SecureRandom(), virtualThreads);
        this.creations = new Creations(writes, environment.ids());
        this.collections = new CollectionDeletions(reads, writes, settings.api().deleteCollectionWorkers());
    }

    @Override
    public CompletionStage<Outcome<StoredObject>> get(Caller caller, ObjectKey key, ReadVersion version) {
        return reads.get(key, version);
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> list(Caller caller, ListRequest request) {
        return reads.list(request);
    }

    @Override
    public CompletionStage<Outcome<WatchSubscription>> watch(
            Caller caller, WatchRequest request, WatchObserver observer) {
        return reads.watch(request, observer);
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> create(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        return creations.create(caller, type, namespace, object, options);
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> createSubresource(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        return switch (subresource) {
            case "binding" -> writes.write(caller, key, new Write.BindPod(object, options));
            case "eviction" ->
                switch (Evictions.deletion(key, object, options)) {
                    case Outcome.Success<DeleteOptions> deletion -> delete(caller, key, deletion.value());
                    case Outcome.Failure<DeleteOptions> failure -> CompletableFuture.completedFuture(failure.as());
                };
            default -> CompletableFuture.completedFuture(Outcome.failure(Status.unknownResource()));
        };
    }

    /** Mends reservations that do not agree with the services. Blocking. */
    public void repairReservations() {
        repair.run();
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> update(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        return Identity.of(object)
                .mismatch(key)
                .<CompletionStage<Outcome<WriteResult>>>map(
                        status -> CompletableFuture.completedFuture(Outcome.failure(status)))
                .orElseGet(() -> writes.write(caller, key, new Write.Update(subresource, object, options)));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options) {
        return writes.write(caller, key, new Write.ApplyPatch(subresource, patch, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options) {
        return writes.write(caller, key, new Write.Delete(options));
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> deleteCollection(
            Caller caller, ListRequest request, DeleteOptions options) {
        return collections.delete(caller, request, options);
    }
}
