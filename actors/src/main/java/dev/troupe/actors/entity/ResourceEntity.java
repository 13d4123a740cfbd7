package dev.troupe.actors.entity;

import dev.troupe.actors.ClusterMessage;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.actors.sequencer.Sequencers;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Decision;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.entity.ResourceDecider;
import dev.troupe.model.entity.Write;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.status.Status;
import dev.troupe.persistence.serialization.ObjectSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.JournalPersistRejected;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One API object: the only writer of its stream in the journal. A write is decided by {@link ResourceDecider}, kept as an
 * event, given its resourceVersion by the resource's sequencer, and only then answered. One write at a time: the next
 * one waits until the version of the last is durable. A failover loses nothing but who waits for an answer; on recovery
 * the last event is committed again before anything is served. Deletion empties the state; an object made later under
 * the same name goes on in the same stream.
 */
public final class ResourceEntity extends EventSourcedBehavior<ResourceEntity.Command, ResourceEvent, ObjectState> {
    public static final EntityTypeKey<Command> TYPE_KEY = EntityTypeKey.create(Command.class, "Resource");

    /** Writes of one object that wait at most; one takes about a millisecond, so later ones would time out anyway. */
    private static final int MAX_WAITING = 512;

    private static final Duration FIRST_REPEAT = Duration.ofMillis(500);
    private static final Duration LONGEST_REPEAT = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(ResourceEntity.class);

    public sealed interface Command {}

    /**
     * Asks for a write.
     *
     * @param deadline after it nobody waits for the answer, so that the write is not begun
     */
    public record Handle(Write.Request request, Instant deadline, ActorRef<Answer> replyTo)
            implements Command, ClusterMessage {}

    /** Makes the entity recover, and so commit an event that a crash left without a version. */
    public record Wake() implements Command, ClusterMessage {}

    /** The shard's wish that it leaves memory. */
    public record Stop() implements Command {}

    private record SequencerAnswered(Sequencer.CommitAnswer answer) implements Command {}

    private record RepeatCommit() implements Command {}

    public sealed interface Answer extends ClusterMessage {}

    /**
     * The write succeeded.
     *
     * @param object unversioned bytes; for a removal those before it
     */
    public record Written(byte[] object, long resourceVersion, WriteResult.Effect effect, List<String> warnings)
            implements Answer {
        public Written {
            warnings = List.copyOf(warnings);
        }
    }

    public record Refused(Status status) implements Answer {}

    /** What an entity needs beside its key. */
    public record Environment(Sequencers sequencers, InstantSource clock, int snapshotEvery) {}

    /** An event that is durable and has no version yet. The waiting caller is absent after a recovery. */
    private record Uncommitted(
            long sequenceNr, boolean removed, byte[] object, Duration nextRepeat, Optional<Waiting> waiting) {
        Uncommitted later() {
            Duration twice = nextRepeat.multipliedBy(2);
            return new Uncommitted(
                    sequenceNr, removed, object, twice.compareTo(LONGEST_REPEAT) > 0 ? LONGEST_REPEAT : twice, waiting);
        }
    }

    private record Waiting(ActorRef<Answer> replyTo, byte[] answer, WriteResult.Effect effect, List<String> warnings) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ObjectKey key;
    private final ResourceStrategy strategy;
    private final ResourceDecider decider;
    private final Environment environment;
    private final ActorRef<Sequencer.CommitAnswer> sequencerAnswers;

    // Soft state, begun anew at each recovery.
    private long committedVersion;
    private Optional<Uncommitted> uncommitted = Optional.empty();
    private Optional<ActorRef<Answer>> persisting = Optional.empty();
    private int waitingWrites;

    public static Behavior<Command> create(ObjectKey key, ResourceStrategy strategy, Environment environment) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new ResourceEntity(context, timers, key, strategy, environment)));
    }

    private ResourceEntity(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ObjectKey key,
            ResourceStrategy strategy,
            Environment environment) {
        super(
                PersistenceId.ofUniqueId(key.persistenceId()),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(5), 0.2));
        this.context = context;
        this.timers = timers;
        this.key = key;
        this.strategy = strategy;
        this.decider = new ResourceDecider(strategy);
        this.environment = environment;
        this.sequencerAnswers = context.messageAdapter(Sequencer.CommitAnswer.class, SequencerAnswered::new);
    }

    @Override
    public ObjectState emptyState() {
        return ObjectState.ABSENT;
    }

    @Override
    public CommandHandler<Command, ResourceEvent, ObjectState> commandHandler() {
        return (state, command) -> switch (command) {
            case Handle handle -> onWrite(state, handle);
            case SequencerAnswered answered ->
                switch (answered.answer()) {
                    case Sequencer.Committed committed -> onCommitted(committed);
                    case Sequencer.Fenced fenced -> onFenced(fenced);
                };
            case RepeatCommit repeat -> onRepeat();
            case Wake wake -> Effect().none();
            case Stop stop ->
                uncommitted.isPresent() ? Effect().stash() : Effect().stop();
        };
    }

    private Effect<ResourceEvent, ObjectState> onWrite(ObjectState state, Handle handle) {
        if (environment.clock().instant().isAfter(handle.deadline())) {
            LOG.debug("{}: a write's caller has given up before it began", key);
            return Effect().none();
        }
        if (uncommitted.isPresent()) {
            if (waitingWrites >= MAX_WAITING) {
                return refuse(handle, Status.tooManyRequests("too many writes of " + key + " are waiting", 1));
            }
            waitingWrites++;
            return Effect().stash();
        }
        return switch (decide(state, handle.request())) {
            case Decision.Rejected rejected -> refuse(handle, rejected.status());
            case Decision.Answer answer ->
                Effect()
                        .none()
                        .thenRun(() -> handle.replyTo()
                                .tell(new Written(
                                        answer.object(),
                                        state.exists() ? committedVersion : 0,
                                        answer.effect(),
                                        answer.warnings())));
            case Decision.Persist persist -> persist(state, handle, persist);
        };
    }

    private Decision decide(ObjectState state, Write.Request request) {
        try {
            return decider.decide(state, committedVersion, request);
        } catch (RuntimeException e) {
            LOG.error("{}: a {} could not be decided", key, request.write().verb(), e);
            return new Decision.Rejected(Status.internalError(e.toString()));
        }
    }

    private Effect<ResourceEvent, ObjectState> refuse(Handle handle, Status status) {
        return Effect().none().thenRun(() -> handle.replyTo().tell(new Refused(status)));
    }

    private Effect<ResourceEvent, ObjectState> persist(ObjectState before, Handle handle, Decision.Persist persist) {
        boolean removal = persist.event().change() instanceof ObjectChange.Removed;
        persisting = Optional.of(handle.replyTo());
        return Effect().persist(persist.event()).thenRun(after -> {
            persisting = Optional.empty();
            if (after.exists() == removal) {
                throw new IllegalStateException(key + ": the state does not show event "
                        + persist.event().name());
            }
            byte[] answer = removal ? before.object() : after.object();
            logged(persist.event());
            commit(new Uncommitted(
                    lastSequenceNumber(context),
                    removal,
                    after.object(),
                    FIRST_REPEAT,
                    Optional.of(new Waiting(handle.replyTo(), answer, persist.effect(), persist.warnings()))));
        });
    }

    private void logged(ResourceEvent event) {
        (strategy.isEphemeral() ? LOG.atDebug() : LOG.atInfo())
                .addKeyValue("auditId", event.auditId())
                .addKeyValue("uid", event.uid())
                .log("{} {} by {}", key, event.name(), event.user());
    }

    private void commit(Uncommitted next) {
        uncommitted = Optional.of(next);
        environment
                .sequencers()
                .of(key.resource())
                .tell(new Sequencer.Commit(
                        key.name(), next.sequenceNr(), next.removed(), next.object(), sequencerAnswers));
        timers.startSingleTimer(new RepeatCommit(), next.nextRepeat());
    }

    private Effect<ResourceEvent, ObjectState> onRepeat() {
        uncommitted.map(Uncommitted::later).ifPresent(this::commit);
        return Effect().none();
    }

    private Effect<ResourceEvent, ObjectState> onCommitted(Sequencer.Committed committed) {
        Optional<Uncommitted> answered = uncommitted.filter(event -> event.sequenceNr() == committed.sequenceNr());
        if (answered.isEmpty()) {
            return Effect().none();
        }
        timers.cancel(new RepeatCommit());
        uncommitted = Optional.empty();
        waitingWrites = 0;
        committedVersion = committed.resourceVersion();
        answered.get()
                .waiting()
                .ifPresent(waiting -> waiting.replyTo()
                        .tell(new Written(waiting.answer(), committedVersion, waiting.effect(), waiting.warnings())));
        return Effect().none().thenUnstashAll();
    }

    private Effect<ResourceEvent, ObjectState> onFenced(Sequencer.Fenced fenced) {
        LOG.error(
                "{}: event {} was refused a version because {} has one: another entity writes this object; this one"
                        + " stops",
                key,
                fenced.sequenceNr(),
                fenced.committedSequenceNr());
        uncommitted
                .flatMap(Uncommitted::waiting)
                .ifPresent(waiting -> waiting.replyTo().tell(new Refused(unknownOutcome("another writer took over"))));
        return Effect().stop();
    }

    private static Status unknownOutcome(String why) {
        return Status.serviceUnavailable("the outcome of the write is unknown: " + why);
    }

    /** The version is not part of the state: after recovery the sequencer tells it. */
    @Override
    public EventHandler<ObjectState, ResourceEvent> eventHandler() {
        return ObjectState::apply;
    }

    @Override
    public SignalHandler<ObjectState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .onSignal(JournalPersistFailed.class, (state, failed) -> onJournalFailure(failed.failure()))
                .onSignal(JournalPersistRejected.class, (state, rejected) -> onJournalFailure(rejected.failure()))
                .build();
    }

    private void onRecovered(ObjectState state) {
        committedVersion = 0;
        uncommitted = Optional.empty();
        waitingWrites = 0;
        long last = lastSequenceNumber(context);
        if (last > 0) {
            commit(new Uncommitted(last, !state.exists(), state.object(), FIRST_REPEAT, Optional.empty()));
        }
    }

    /** Never a success; whether the event is durable shows when the entity has recovered. */
    private void onJournalFailure(Throwable failure) {
        LOG.warn("{}: the journal failed: {}", key, failure.toString());
        persisting.ifPresent(replyTo -> replyTo.tell(new Refused(unknownOutcome("the journal failed"))));
        persisting = Optional.empty();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        var snapshots = RetentionCriteria.snapshotEvery(environment.snapshotEvery(), 1);
        // Heartbeats and the like keep no history.
        return strategy.isEphemeral() ? snapshots.withDeleteEventsOnSnapshot() : snapshots;
    }

    @Override
    public SnapshotAdapter<ObjectState> snapshotAdapter() {
        return new SnapshotAdapter<>() {
            @Override
            public Object toJournal(ObjectState state) {
                return new ObjectSnapshot(key, state);
            }

            @Override
            public ObjectState fromJournal(Object snapshot) {
                return ((ObjectSnapshot) snapshot).state();
            }
        };
    }
}
