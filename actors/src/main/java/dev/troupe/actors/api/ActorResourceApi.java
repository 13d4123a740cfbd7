package dev.troupe.actors.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.allocation.AllocationSettings;
import dev.troupe.actors.allocation.ReservationRepair;
import dev.troupe.actors.allocation.ServiceWrites;
import dev.troupe.actors.cache.CacheSources;
import dev.troupe.actors.cache.WatchCache;
import dev.troupe.actors.quota.QuotaGate;
import dev.troupe.actors.quota.QuotaWrites;
import dev.troupe.actors.sequencer.LocalVersions;
import dev.troupe.model.admission.Admission;
import dev.troupe.model.admission.AdmissionRequest;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;

/** The door to all objects on this member: writes go to the objects' entities, reads to this member's caches. */
public final class ActorResourceApi implements ResourceApi {
    private final CacheReads reads;
    private final Writes writes;
    private final AdmissionGate gate;
    private final Creations creations;
    private final CollectionDeletions collections;
    private final ReservationRepair repair;

    /** What the API stands on. */
    public record Environment(
            ActorSystem<?> system,
            Map<GroupResource, WatchCache> caches,
            CacheSources sources,
            LocalVersions versions,
            Function<String, RecipientRef<QuotaGate.Command>> quotaGates,
            Admission admission,
            InstantSource clock,
            IdGenerator ids) {}

    /** The API's own settings. */
    public record Settings(ApiSettings api, AllocationSettings allocation) {}

    public static ActorResourceApi create(Environment environment, Settings settings) {
        return new ActorResourceApi(environment, settings);
    }

    /** Every write passes admission, then quota, then allocation, then comes to its entity. */
    private ActorResourceApi(Environment environment, Settings settings) {
        Executor virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        this.reads = new CacheReads(environment, settings.api());
        EntityWrites entities = new EntityWrites(environment, settings.api());
        ServiceWrites services =
                new ServiceWrites(entities, reads, settings.allocation(), new SecureRandom(), virtualThreads);
        this.writes = new QuotaWrites(
                services,
                reads,
                environment.caches(),
                new QuotaWrites.Gates(
                        environment.system(),
                        environment.quotaGates(),
                        settings.api().readTimeout()));
        this.gate = new AdmissionGate(environment.admission(), reads, writes);
        this.creations = new Creations(gate, writes, environment.ids());
        this.collections =
                new CollectionDeletions(reads, this::delete, settings.api().deleteCollectionWorkers());
        this.repair = new ReservationRepair(entities, reads, environment.clock());
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
        if (!gate.isServed(key)) {
            return failed(Status.unknownResource());
        }
        return switch (subresource) {
            case "binding" ->
                gate.admit(
                        subresource(caller, key, subresource, object),
                        () -> writes.write(caller, key, new Write.BindPod(object, options)));
            case "eviction" ->
                switch (Evictions.deletion(key, object, options)) {
                    case Outcome.Success<DeleteOptions> deletion ->
                        gate.admit(
                                subresource(caller, key, subresource, object),
                                () -> writes.write(caller, key, new Write.Delete(deletion.value())));
                    case Outcome.Failure<DeleteOptions> failure -> failed(failure.status());
                };
            default -> failed(Status.unknownResource());
        };
    }

    private AdmissionRequest subresource(Caller caller, ObjectKey key, String subresource, ObjectNode object) {
        ResourceType type = reads.cache(key.resource()).orElseThrow().strategy().type();
        return AdmissionRequest.create(type, key, object, caller).on(subresource);
    }

    private static <T> CompletionStage<Outcome<T>> failed(Status status) {
        return CompletableFuture.completedFuture(Outcome.failure(status));
    }

    /** Mends reservations that do not agree with the services. Blocking. */
    public void repairReservations() {
        repair.run();
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> update(
            Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
        Optional<Status> mismatch =
                gate.isServed(key) ? Identity.of(object).mismatch(key) : Optional.of(Status.unknownResource());
        return mismatch.isPresent()
                ? failed(mismatch.get())
                : gate.update(caller, key, new Write.Update(subresource, object, options));
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options) {
        return gate.isServed(key)
                ? gate.patch(caller, key, new Write.ApplyPatch(subresource, patch, options))
                : failed(Status.unknownResource());
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options) {
        return gate.isServed(key)
                ? gate.delete(caller, key, new Write.Delete(options))
                : failed(Status.unknownResource());
    }

    @Override
    public CompletionStage<Outcome<ObjectList>> deleteCollection(
            Caller caller, ListRequest request, DeleteOptions options) {
        return collections.delete(caller, request, options);
    }
}
