package dev.troupe.actors.quota;

import dev.troupe.actors.ClusterMessage;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.json.Json;
import dev.troupe.model.quota.QuotaCharge;
import dev.troupe.model.quota.QuotaState;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * The only one that lets writes past a namespace's quotas: it charges a write before it begins and keeps the charge until
 * the write is seen in the objects that count. It persists nothing; what is used it reads from the objects themselves,
 * at least as new as every acknowledged write, and it refuses nothing without having read after the charge arrived. A
 * failover forgets the charges of writes under way, so that for a moment some of them may come on top of a full quota.
 */
public final class QuotaGate extends AbstractBehavior<QuotaGate.Command> {
    public static final EntityTypeKey<Command> TYPE_KEY = EntityTypeKey.create(Command.class, "QuotaGate");

    /** Charges that wait for one reading of the objects. */
    private static final int MAX_WAITING = 1_000;

    /** A write of unknown outcome is counted for so long: longer than an entity keeps trying after its caller left. */
    private static final Duration UNKNOWN_COUNTS = Duration.ofMinutes(2);

    /** What is used is read anew after so long, so that deletions show. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    public sealed interface Command {}

    /**
     * Asks whether a write fits.
     *
     * @param object as it will be
     * @param old as it is; empty on create
     */
    public record Charge(ObjectKey key, byte[] object, byte[] old, ActorRef<Verdict> replyTo)
            implements Command, ClusterMessage {}

    /** What became of a write that was let pass. */
    public record Settle(String ticket, Result result, long resourceVersion) implements Command, ClusterMessage {}

    /** How a write ended. */
    public enum Result {
        WRITTEN,
        REFUSED,
        UNKNOWN
    }

    private record Read(Usage usage) implements Command {}

    private record ReadFailed(Status status) implements Command {}

    public sealed interface Verdict extends ClusterMessage {}

    public record Allowed(String ticket) implements Verdict {}

    public record Denied(Status status) implements Verdict {}

    private record Waiting(QuotaCharge charge, ActorRef<Verdict> replyTo) {}

    private final String namespace;
    private final UsageReader reader;
    private final InstantSource clock;
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private List<QuotaState> quotas = List.of();
    private Instant readAt = Instant.MIN;
    private boolean reading;
    private long tickets;

    public static Behavior<Command> create(String namespace, ResourceApi api, InstantSource clock) {
        return Behaviors.setup(context -> new QuotaGate(context, namespace, new UsageReader(api), clock));
    }

    private QuotaGate(ActorContext<Command> context, String namespace, UsageReader reader, InstantSource clock) {
        super(context);
        this.namespace = namespace;
        this.reader = reader;
        this.clock = clock;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::receive).build();
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Charge charge -> onCharge(charge);
            case Settle settle -> onSettle(settle);
            case Read read -> onRead(read.usage());
            case ReadFailed failed -> onReadFailed(failed.status());
        }
        return this;
    }

    private void onCharge(Charge asked) {
        QuotaCharge charge = new QuotaCharge(
                asked.key(),
                Json.parseObject(asked.object()),
                asked.old().length == 0 ? Json.object().path("absent") : Json.parseObject(asked.old()));
        Waiting one = new Waiting(charge, asked.replyTo());
        if (!reading
                && clock.instant().isBefore(readAt.plus(FRESH))
                && allowed(one).isEmpty()) {
            return;
        }
        if (waiting.size() >= MAX_WAITING) {
            asked.replyTo()
                    .tell(new Denied(Status.tooManyRequests("too many writes wait for the quota of " + namespace, 1)));
            return;
        }
        waiting.add(one);
        if (!reading) {
            read();
        }
    }

    /** Lets it pass if it fits what is known; else says why it does not. */
    private Optional<Status> allowed(Waiting one) {
        return switch (one.charge().chargeTo(quotas, clock.instant())) {
            case Outcome.Failure<List<QuotaState>> failure -> Optional.of(failure.status());
            case Outcome.Success<List<QuotaState>> charged -> {
                quotas = charged.value();
                String ticket = getContext().getSelf().path().uid() + "-" + ++tickets;
                pending.put(ticket, Pending.of(one.charge()));
                one.replyTo().tell(new Allowed(ticket));
                yield Optional.empty();
            }
        };
    }

    private void read() {
        reading = true;
        getContext().pipeToSelf(reader.read(namespace), (outcome, failure) -> {
            if (failure != null) {
                return new ReadFailed(Status.internalError(failure.toString()));
            }
            return switch (outcome) {
                case Outcome.Success<Usage> success -> new Read(success.value());
                case Outcome.Failure<Usage> failed -> new ReadFailed(failed.status());
            };
        });
    }

    private void onRead(Usage usage) {
        reading = false;
        readAt = clock.instant();
        pending.values().removeIf(one -> one.isSeenIn(usage) || one.isForgotten(readAt));
        quotas = usage.with(pending.values()).states(readAt);
        List<Waiting> asked = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : asked) {
            allowed(one).ifPresent(why -> one.replyTo().tell(new Denied(why)));
        }
    }

    private void onReadFailed(Status status) {
        reading = false;
        waiting.forEach(one -> one.replyTo().tell(new Denied(status)));
        waiting.clear();
    }

    private void onSettle(Settle settle) {
        Optional<Pending> known = Optional.ofNullable(pending.get(settle.ticket()));
        if (known.isEmpty()) {
            return;
        }
        switch (settle.result()) {
            case WRITTEN -> pending.put(settle.ticket(), known.get().writtenAt(settle.resourceVersion()));
            case UNKNOWN ->
                pending.put(
                        settle.ticket(), known.get().forgottenAt(clock.instant().plus(UNKNOWN_COUNTS)));
            case REFUSED -> {
                pending.remove(settle.ticket());
                // What it was charged comes back with the next reading.
                readAt = Instant.MIN;
            }
        }
    }
}
