package dev.troupe.actors.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.actors.allocation.StoredObjects;
import dev.troupe.actors.api.Writes;
import dev.troupe.actors.cache.WatchCache;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.quota.QuotaCharge;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Writes in namespaces with quotas: charged at the namespace's gate first, settled there afterwards. */
public final class QuotaWrites implements Writes {
    private static final GroupResource QUOTAS = BuiltInTypes.RESOURCE_QUOTAS.groupResource();

    private final Writes next;
    private final StoredObjects objects;
    private final Map<GroupResource, WatchCache> caches;
    private final Gates gates;

    /** Where each namespace's gate is, and how long it may take. */
    public record Gates(
            ActorSystem<?> system, Function<String, RecipientRef<QuotaGate.Command>> of, Duration timeout) {}

    public QuotaWrites(Writes next, StoredObjects objects, Map<GroupResource, WatchCache> caches, Gates gates) {
        this.next = next;
        this.objects = objects;
        this.caches = caches;
        this.gates = gates;
    }

    @Override
    public CompletionStage<Outcome<WriteResult>> write(Caller caller, ObjectKey key, Write write) {
        WatchCache cache = caches.get(key.resource());
        if (cache == null
                || !caches.containsKey(QUOTAS)
                || key.name().namespace().isEmpty()) {
            return next.write(caller, key, write);
        }
        return objects.upToDate(QUOTAS).thenCompose(late -> {
            if (late.isPresent()) {
                return CompletableFuture.completedFuture(Outcome.failure(late.get()));
            }
            return hasQuota(caches.get(QUOTAS), key.name().namespace())
                    ? withQuota(caller, key, write, cache.strategy())
                    : next.write(caller, key, write);
        });
    }

    private CompletionStage<Outcome<WriteResult>> withQuota(
            Caller caller, ObjectKey key, Write write, ResourceStrategy strategy) {
        return charge(caller, key, write, strategy).thenCompose(charge -> switch (charge) {
            // Invalid in itself: its entity says so in its own words.
            case Outcome.Failure<Optional<QuotaCharge>> invalid -> next.write(caller, key, write);
            case Outcome.Success<Optional<QuotaCharge>> known ->
                known.value()
                        .map(present -> charged(caller, key, write, present))
                        .orElseGet(() -> next.write(caller, key, write));
        });
    }

    private static boolean hasQuota(WatchCache quotas, String namespace) {
        Iterator<StoredObject> first = quotas.view().objects().from(new NamespacedName(namespace, ""));
        return first.hasNext() && first.next().meta().namespace().equals(namespace);
    }

    /** What the write would use; nothing if it cannot use any quota. */
    private CompletionStage<Outcome<Optional<QuotaCharge>>> charge(
            Caller caller, ObjectKey key, Write write, ResourceStrategy strategy) {
        boolean service = key.resource().equals(BuiltInTypes.SERVICES.groupResource());
        return switch (write) {
            case Write.Create create ->
                CompletableFuture.completedFuture(
                        QuotaCharge.create(strategy, key, create.object()).map(Optional::of));
            case Write.Update update ->
                service
                        ? planned(
                                caller,
                                key,
                                new Write.Update(
                                        update.subresource(), update.object().deepCopy(), dry(update.options())))
                        : uncounted();
            case Write.ApplyPatch patch ->
                service
                        ? planned(
                                caller,
                                key,
                                new Write.ApplyPatch(patch.subresource(), patch.patch(), dry(patch.options())))
                        : uncounted();
            case Write.BindPod bind -> uncounted();
            case Write.Delete delete -> uncounted();
        };
    }

    private static CompletionStage<Outcome<Optional<QuotaCharge>>> uncounted() {
        return CompletableFuture.completedFuture(Outcome.success(Optional.empty()));
    }

    private static WriteOptions dry(WriteOptions options) {
        return new WriteOptions(true, options.fieldValidation(), options.fieldManager(), options.decodingWarnings());
    }

    private CompletionStage<Outcome<Optional<QuotaCharge>>> planned(Caller caller, ObjectKey key, Write dryRun) {
        return next.write(caller, key, dryRun)
                .thenApply(outcome -> outcome.map(result -> {
                    JsonNode old = objects.glance(key)
                            .<JsonNode>map(StoredObject::tree)
                            .orElse(Json.object().path("absent"));
                    return Optional.of(new QuotaCharge(key, result.object().tree(), old));
                }));
    }

    private CompletionStage<Outcome<WriteResult>> charged(
            Caller caller, ObjectKey key, Write write, QuotaCharge charge) {
        RecipientRef<QuotaGate.Command> gate = gates.of().apply(key.name().namespace());
        byte[] old = charge.old().isMissingNode() ? new byte[0] : Json.bytes(charge.old());
        return AskPattern.<QuotaGate.Command, QuotaGate.Verdict>ask(
                        gate,
                        replyTo -> new QuotaGate.Charge(key, Json.bytes(charge.object()), old, replyTo),
                        gates.timeout(),
                        gates.system().scheduler())
                .handle((verdict, failure) -> failure == null
                        ? verdict
                        : new QuotaGate.Denied(Status.serviceUnavailable(
                                "the quotas of " + key.name().namespace() + " cannot be checked at the moment")))
                .thenCompose(verdict -> switch (verdict) {
                    case QuotaGate.Allowed allowed ->
                        next.write(caller, key, write)
                                .whenComplete(
                                        (outcome, failure) -> gate.tell(settlement(allowed.ticket(), outcome, write)));
                    case QuotaGate.Denied denied -> denied(caller, key, write, denied.status());
                });
    }

    private static QuotaGate.Settle settlement(String ticket, Outcome<WriteResult> outcome, Write write) {
        return switch (outcome) {
            case Outcome.Success<WriteResult> success ->
                write.isDryRun()
                        ? new QuotaGate.Settle(ticket, QuotaGate.Result.REFUSED, 0)
                        : new QuotaGate.Settle(
                                ticket,
                                QuotaGate.Result.WRITTEN,
                                success.value().object().resourceVersion());
            case Outcome.Failure<WriteResult> failed ->
                new QuotaGate.Settle(
                        ticket, failed.status().code() < 500 ? QuotaGate.Result.REFUSED : QuotaGate.Result.UNKNOWN, 0);
        };
    }

    /** What is wrong with the object itself is said before its size, as in Kubernetes. */
    private CompletionStage<Outcome<WriteResult>> denied(Caller caller, ObjectKey key, Write write, Status status) {
        if (!(write instanceof Write.Create create) || status.code() != 403) {
            return CompletableFuture.completedFuture(Outcome.failure(status));
        }
        return next.write(caller, key, new Write.Create(create.object(), dry(create.options())))
                .thenApply(tried -> tried instanceof Outcome.Failure<WriteResult> invalid
                                && (invalid.status().code() == 422
                                        || invalid.status().code() == 400)
                        ? invalid
                        : Outcome.failure(status));
    }
}
