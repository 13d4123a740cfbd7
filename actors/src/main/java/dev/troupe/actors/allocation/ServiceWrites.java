package dev.troupe.actors.allocation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.api.Writes;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Writes of services: first the entity is asked what the write would make (a dry run, which validates it), then what
 * that claims is reserved, then it is written. Afterwards what the service no longer needs is released. Where an outcome
 * is unknown the reservations stay, and the repair finds those that are not used.
 */
public final class ServiceWrites implements Writes {
    /** Tries of a write without a version, against others that change the service at the same time. */
    private static final int MAX_TRIES = 5;

    private static final GroupResource SERVICES = BuiltInTypes.SERVICES.groupResource();

    private final Writes next;
    private final StoredObjects objects;
    private final ServiceAllocator allocator;
    private final Executor virtualThreads;

    public ServiceWrites(
            Writes next,
            StoredObjects objects,
            AllocationSettings settings,
            RandomGenerator random,
            Executor virtualThreads) {
        this.next = next;
        this.objects = objects;
        this.allocator = new ServiceAllocator(new Reservations(next, objects), settings, random);
        this.virtualThreads = virtualThreads;
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> write(Caller caller, ObjectKey key, Write write) {
        if (!key.resource().equals(SERVICES) || write.isDryRun()) {
            return next.write(caller, key, write);
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return write instanceof Write.Delete
                                ? finish(caller, key, write, List.of())
                                : allocate(caller, key, write);
                    } catch (ReadFailure e) {
                        return Outcome.failure(e.status());
                    }
                },
                virtualThreads);
    }

    private Outcome<WriteResult> allocate(Caller caller, ObjectKey key, Write write) {
        Outcome<WriteResult> outcome = tryOnce(caller, key, write);
        for (int tries = 1; tries < MAX_TRIES && isUnconditional(write) && isConflict(outcome); tries++) {
            outcome = tryOnce(caller, key, write);
        }
        return outcome;
    }

    private static boolean isConflict(Outcome<WriteResult> outcome) {
        return outcome instanceof Outcome.Failure<WriteResult> failure
                && failure.status().reason().equals("Conflict");
    }

    private static boolean isUnconditional(Write write) {
        return switch (write) {
            case Write.Update update ->
                Json.text(update.object(), "metadata", "resourceVersion").isEmpty();
            case Write.ApplyPatch patch ->
                patch.patch() instanceof Patch.JsonPatch
                        || Json.text(patch.patch().document(), "metadata", "resourceVersion")
                                .isEmpty();
            case Write.Create create -> false;
            case Write.BindPod bind -> false;
            case Write.Delete delete -> false;
        };
    }

    private Outcome<WriteResult> tryOnce(Caller caller, ObjectKey key, Write write) {
        Outcome<WriteResult> planned = join(caller, key, dry(write));
        if (!(planned instanceof Outcome.Success<WriteResult> success)) {
            return planned;
        }
        WriteResult plan = success.value();
        if (plan.effect() == WriteResult.Effect.REMOVED || plan.effect() == WriteResult.Effect.UNCHANGED) {
            return finish(caller, key, write, List.of());
        }
        ObjectNode service = plan.object().copy();
        Holding held = held(key);
        Outcome<List<ObjectKey>> reserved = allocator.reserve(caller, service, key.name(), held);
        return switch (reserved) {
            case Outcome.Failure<List<ObjectKey>> failure -> failure.as();
            case Outcome.Success<List<ObjectKey>> made ->
                made.value().isEmpty()
                        ? finish(caller, key, write, List.of())
                        : finish(caller, key, exactly(write, service), made.value())
                                .map(result -> new WriteResult(result.object(), result.effect(), plan.warnings()));
        };
    }

    private Holding held(ObjectKey key) {
        return objects.latest(key).map(old -> Holding.of(old.tree())).orElse(Holding.NOTHING);
    }

    /** Writes; releases what the service had and has no longer, or what was reserved in vain. */
    private Outcome<WriteResult> finish(Caller caller, ObjectKey key, Write write, List<ObjectKey> made) {
        Holding before = held(key);
        Outcome<WriteResult> outcome = join(caller, key, write);
        switch (outcome) {
            case Outcome.Success<WriteResult> success -> {
                Holding after = Holding.of(success.value().object().tree());
                boolean removed = success.value().effect() == WriteResult.Effect.REMOVED;
                allocator.release(caller, removed ? after : before.without(after), key.name());
            }
            case Outcome.Failure<WriteResult> failure -> {
                if (isCertain(failure.status())) {
                    allocator.release(caller, made, key.name());
                }
            }
        }
        return outcome;
    }

    private static boolean isCertain(Status status) {
        return status.code() < 500;
    }

    private Outcome<WriteResult> join(Caller caller, ObjectKey key, Write write) {
        return next.write(caller, key, write).toCompletableFuture().join();
    }

    private static WriteOptions dry(WriteOptions options) {
        return new WriteOptions(true, options.fieldValidation(), options.fieldManager(), options.decodingWarnings());
    }

    private static Write dry(Write write) {
        return switch (write) {
            case Write.Create create -> new Write.Create(create.object().deepCopy(), dry(create.options()));
            case Write.Update update ->
                new Write.Update(update.subresource(), update.object().deepCopy(), dry(update.options()));
            case Write.ApplyPatch patch ->
                new Write.ApplyPatch(patch.subresource(), patch.patch(), dry(patch.options()));
            case Write.BindPod bind -> throw new IllegalArgumentException("a service is not bound");
            case Write.Delete delete -> throw new IllegalArgumentException("a deletion claims nothing");
        };
    }

    /** The write that makes exactly the planned service, or none if the service is not what the plan saw. */
    private static Write exactly(Write write, ObjectNode service) {
        return switch (write) {
            case Write.Create create -> {
                service.withObject("metadata").remove("resourceVersion");
                yield new Write.Create(service, create.options());
            }
            case Write.Update update -> new Write.Update(update.subresource(), service, update.options());
            case Write.ApplyPatch patch -> new Write.Update(patch.subresource(), service, patch.options());
            case Write.BindPod bind -> throw new IllegalArgumentException("a service is not bound");
            case Write.Delete delete -> throw new IllegalArgumentException("a deletion claims nothing");
        };
    }
}
