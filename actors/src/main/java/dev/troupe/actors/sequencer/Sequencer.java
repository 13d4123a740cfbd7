package dev.troupe.actors.sequencer;

import dev.troupe.actors.ClusterMessage;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Gives the events of one resource their resourceVersions. It alone writes the resource's log, in batches: commits that
 * arrive while a batch is being kept share the next one. It publishes what is durable, in version order, and only then
 * answers. A failover loses who follows (followers come back by themselves) and recent publications (followers read the
 * journal instead), never a version: a commit asked for again gets the answer it had. Its log is never deleted.
 */
public final class Sequencer extends EventSourcedBehavior<Sequencer.Command, VersionsCommitted, SequencerState> {
    public static final EntityTypeKey<Command> TYPE_KEY = EntityTypeKey.create(Command.class, "Sequencer");

    /** Keeps one journal record below 200 KB. */
    private static final int MAX_BATCH = 1_024;

    /** Commits that wait at most; the entities ask again for those that found no room. */
    private static final int MAX_WAITING = 16_384;

    /** Commits in one message to a follower: below a quarter of a megabyte with the longest names. */
    private static final int PAGE = 500;

    /** Far below a frame between members; one object has at most 3 MB. */
    private static final int MESSAGE_BYTES = 1 << 20;

    /** Bounds recovery to some thousand small records; a snapshot has megabytes where objects are many. */
    private static final int SNAPSHOT_EVERY = 5_000;

    public sealed interface Command {}

    /**
     * Asks for an event's version.
     *
     * @param object unversioned bytes after the event; empty for a removal
     */
    public record Commit(
            NamespacedName name, long sequenceNr, boolean removed, byte[] object, ActorRef<CommitAnswer> replyTo)
            implements Command, ClusterMessage {}

    /**
     * Asks for all publications after a version, now and from now on.
     *
     * @param version the follower's; negative if it has nothing yet
     */
    public record Follow(long version, ActorRef<Feed> follower) implements Command, ClusterMessage {}

    public record GetLatest(ActorRef<Latest> replyTo) implements Command, ClusterMessage {}

    private record Flush() implements Command {}

    private record FollowerLost(ActorRef<Feed> follower) implements Command {}

    /** The last durable version. */
    public record Latest(long version) implements ClusterMessage {}

    public sealed interface CommitAnswer extends ClusterMessage {}

    public record Committed(long sequenceNr, long resourceVersion) implements CommitAnswer {}

    /** A later event of the object is committed already: whoever asked is not the object's only writer. */
    public record Fenced(long sequenceNr, long committedSequenceNr) implements CommitAnswer {}

    /** What a follower gets. */
    public sealed interface Feed extends ClusterMessage {}

    /** All commits that follow on a version, perhaps none. */
    public record Published(long previousVersion, List<Publication> publications) implements Feed {
        public Published {
            publications = List.copyOf(publications);
        }

        /** At least one message, each small enough for a frame between members. */
        public static List<Published> messages(long previousVersion, List<Publication> publications) {
            List<Published> messages = new ArrayList<>();
            long previous = previousVersion;
            long bytes = 0;
            int from = 0;
            for (int i = 0; i < publications.size(); i++) {
                bytes += 700 + publications.get(i).object().length;
                if (bytes > MESSAGE_BYTES && i > from) {
                    messages.add(new Published(previous, publications.subList(from, i)));
                    previous = publications.get(i - 1).resourceVersion();
                    from = i;
                    bytes = 700 + publications.get(i).object().length;
                }
            }
            messages.add(new Published(previous, publications.subList(from, publications.size())));
            return messages;
        }
    }

    /** A part of all names' last commits, for a follower that must read the journal. */
    public record BasePage(long version, List<VersionsCommitted.Commit> commits, boolean first, boolean last)
            implements Feed {
        public BasePage {
            commits = List.copyOf(commits);
        }
    }

    private final ActorContext<Command> context;
    private final GroupResource resource;
    private final InstantSource clock;
    private final LocalVersions versions;

    // Soft state, begun anew at each recovery.
    private final Set<ActorRef<Feed>> followers = new LinkedHashSet<>();
    private final RecentPublications recent = new RecentPublications();
    private final List<Commit> waiting = new ArrayList<>();

    public static Behavior<Command> create(GroupResource resource, InstantSource clock, LocalVersions versions) {
        return Behaviors.setup(context -> new Sequencer(context, resource, clock, versions));
    }

    /** The id of the resource's log in the journal. */
    public static String persistenceId(GroupResource resource) {
        return "seq|" + resource;
    }

    private Sequencer(
            ActorContext<Command> context, GroupResource resource, InstantSource clock, LocalVersions versions) {
        super(
                PersistenceId.ofUniqueId(persistenceId(resource)),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(5), 0.2));
        this.context = context;
        this.resource = resource;
        this.clock = clock;
        this.versions = versions;
    }

    @Override
    public SequencerState emptyState() {
        return SequencerState.EMPTY;
    }

    @Override
    public CommandHandler<Command, VersionsCommitted, SequencerState> commandHandler() {
        return (state, command) -> switch (command) {
            case Commit commit -> onCommit(commit);
            case Flush flush -> onFlush(state);
            case Follow follow -> onFollow(state, follow);
            case GetLatest get -> Effect().none().thenRun(() -> get.replyTo().tell(new Latest(state.lastVersion())));
            case FollowerLost lost -> {
                followers.remove(lost.follower());
                yield Effect().none();
            }
        };
    }

    private Effect<VersionsCommitted, SequencerState> onCommit(Commit commit) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(commit);
            if (waiting.size() == 1) {
                // Behind all commits that have arrived by now, so that they share the batch.
                context.getSelf().tell(new Flush());
            }
        }
        return Effect().none();
    }

    private Effect<VersionsCommitted, SequencerState> onFlush(SequencerState state) {
        List<Commit> taken = waiting.subList(0, Math.min(MAX_BATCH, waiting.size()));
        Batch batch = assign(state, List.copyOf(taken));
        taken.clear();
        if (!waiting.isEmpty()) {
            context.getSelf().tell(new Flush());
        }
        if (batch.commits.isEmpty()) {
            return Effect().none().thenRun(() -> batch.answers.forEach(Answer::send));
        }
        long previous = state.lastVersion();
        return Effect()
                .persist(new VersionsCommitted(resource, batch.commits))
                .thenRun(kept -> publish(previous, kept, batch));
    }

    private record Answer(ActorRef<CommitAnswer> to, CommitAnswer message) {
        void send() {
            to.tell(message);
        }
    }

    private record Batch(
            List<VersionsCommitted.Commit> commits, List<Publication> publications, List<Answer> answers) {}

    private Batch assign(SequencerState state, List<Commit> asked) {
        Batch batch = new Batch(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Map<NamespacedName, VersionsCommitted.Commit> assigned = new HashMap<>();
        long version = state.lastVersion();
        for (Commit commit : asked) {
            Optional<VersionsCommitted.Commit> known =
                    Optional.ofNullable(assigned.get(commit.name())).or(() -> state.find(commit.name()));
            long committed = known.map(VersionsCommitted.Commit::sequenceNr).orElse(0L);
            if (commit.sequenceNr() < committed) {
                batch.answers.add(new Answer(commit.replyTo(), new Fenced(commit.sequenceNr(), committed)));
                continue;
            }
            if (commit.sequenceNr() > committed) {
                version = Math.max(version + 1, microseconds(clock.instant()));
                VersionsCommitted.Commit made =
                        new VersionsCommitted.Commit(version, commit.name(), commit.sequenceNr(), commit.removed());
                assigned.put(commit.name(), made);
                batch.commits.add(made);
                batch.publications.add(new Publication(
                        version, commit.name(), commit.sequenceNr(), commit.removed(), commit.object()));
                known = Optional.of(made);
            }
            batch.answers.add(new Answer(
                    commit.replyTo(),
                    new Committed(commit.sequenceNr(), known.orElseThrow().resourceVersion())));
        }
        return batch;
    }

    private static long microseconds(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    /** Followers first: whoever reads after the answer finds the version on its way. */
    private void publish(long previous, SequencerState kept, Batch batch) {
        batch.publications.forEach(recent::add);
        List<Published> messages = Published.messages(previous, batch.publications);
        followers.forEach(follower -> messages.forEach(follower::tell));
        versions.reached(resource, kept.lastVersion());
        batch.answers.forEach(Answer::send);
    }

    private Effect<VersionsCommitted, SequencerState> onFollow(SequencerState state, Follow follow) {
        if (followers.add(follow.follower())) {
            context.watchWith(follow.follower(), new FollowerLost(follow.follower()));
        }
        Optional<List<Publication>> missing =
                follow.version() > state.lastVersion() ? Optional.empty() : recent.after(follow.version());
        if (missing.isPresent()) {
            Published.messages(follow.version(), missing.get()).forEach(follow.follower()::tell);
        } else {
            sendBase(state, follow.follower());
        }
        return Effect().none();
    }

    private static void sendBase(SequencerState state, ActorRef<Feed> follower) {
        List<VersionsCommitted.Commit> commits = state.inOrder();
        int from = 0;
        do {
            int to = Math.min(from + PAGE, commits.size());
            follower.tell(
                    new BasePage(state.lastVersion(), commits.subList(from, to), from == 0, to == commits.size()));
            from = to;
        } while (from < commits.size());
    }

    @Override
    public EventHandler<SequencerState, VersionsCommitted> eventHandler() {
        return SequencerState::apply;
    }

    @Override
    public SignalHandler<SequencerState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .onSignal(PostStop.instance(), state -> versions.left(resource))
                .build();
    }

    private void onRecovered(SequencerState state) {
        followers.forEach(context::unwatch);
        followers.clear();
        waiting.clear();
        recent.restart(state.lastVersion());
        versions.reached(resource, state.lastVersion());
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1);
    }

    /** A snapshot is one batch with every remembered commit, so that it needs no format of its own. */
    @Override
    public SnapshotAdapter<SequencerState> snapshotAdapter() {
        return new SnapshotAdapter<>() {
            @Override
            public Object toJournal(SequencerState state) {
                return state.toSnapshot(resource);
            }

            @Override
            public SequencerState fromJournal(Object snapshot) {
                return SequencerState.EMPTY.apply((VersionsCommitted) snapshot);
            }
        };
    }
}
