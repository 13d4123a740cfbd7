package dev.troupe.actors.sequencer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One sequencer over a journal that can fail, between entities and followers played by the test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SequencerTest {
    private static final long START = 1_767_322_800_000_000L;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private ActorTestKit actors;
    private PersistenceTestKit journal;
    private GroupResource resource;
    private LocalVersions versions;
    private TestProbe<Sequencer.CommitAnswer> entity;
    private TestProbe<Sequencer.Feed> follower;
    private ActorRef<Sequencer.Command> sequencer;
    private int resources;

    @BeforeAll
    void start() {
        actors = ActorTestKit.create(
                "sequencer",
                ConfigFactory.parseString("pekko.persistence.testkit.events.serialize = off\n"
                                + "pekko.persistence.testkit.snapshots.serialize = off")
                        .withFallback(PersistenceTestKitPlugin.config())
                        .withFallback(PersistenceTestKitSnapshotPlugin.config())
                        .withFallback(ConfigFactory.load()));
        journal = PersistenceTestKit.create(actors.system());
    }

    @AfterAll
    void stop() {
        actors.shutdownTestKit();
    }

    @BeforeEach
    void spawn() {
        now.set(Instant.ofEpochSecond(START / 1_000_000));
        resource = new GroupResource("", "things" + ++resources);
        versions = new LocalVersions();
        entity = actors.createTestProbe();
        follower = actors.createTestProbe();
        sequencer = spawned();
    }

    private ActorRef<Sequencer.Command> spawned() {
        return actors.spawn(Sequencer.create(resource, now::get, versions));
    }

    private void restart() {
        actors.stop(sequencer);
        assertEquals(OptionalLong.empty(), versions.latest(resource));
        sequencer = spawned();
    }

    private void commit(String name, long sequenceNr) {
        sequencer.tell(new Sequencer.Commit(
                new NamespacedName("default", name), sequenceNr, false, new byte[] {1}, entity.ref()));
    }

    private long committed(String name, long sequenceNr) {
        commit(name, sequenceNr);
        Sequencer.Committed committed = entity.expectMessageClass(Sequencer.Committed.class);
        assertEquals(sequenceNr, committed.sequenceNr());
        return committed.resourceVersion();
    }

    @Test
    void givesTheTimeInMicrosecondsOrOneMoreThanTheLast() {
        assertEquals(START, committed("a", 1));
        assertEquals(START + 1, committed("b", 1));
        now.set(now.get().plusMillis(3));
        assertEquals(START + 3_000, committed("a", 2));
        now.set(Instant.EPOCH);
        assertEquals(START + 3_001, committed("a", 3));
        assertEquals(OptionalLong.of(START + 3_001), versions.latest(resource));
    }

    @Test
    void givesTheSameAnswerAgain() {
        long first = committed("a", 1);
        committed("b", 1);
        assertEquals(first, committed("a", 1));
        restart();
        assertEquals(first, committed("a", 1));
        assertEquals(START + 2, committed("c", 1));
    }

    @Test
    void givesNoVersionToAnEventThatALaterOneOvertook() {
        committed("a", 1);
        committed("a", 2);

        commit("a", 1);

        assertEquals(new Sequencer.Fenced(1, 2), entity.receiveMessage());
    }

    @Test
    void sharesABatchAmongCommitsThatArriveTogether() {
        for (int i = 0; i < 500; i++) {
            commit("a" + i, 1);
        }
        for (int i = 0; i < 500; i++) {
            entity.expectMessageClass(Sequencer.Committed.class);
        }
        List<Object> batches = journal.persistedInStorage(Sequencer.persistenceId(resource));
        assertTrue(batches.size() < 250, batches.size() + " batches");
        long last = 0;
        int count = 0;
        for (Object batch : batches) {
            for (VersionsCommitted.Commit commit : ((VersionsCommitted) batch).commits()) {
                assertTrue(commit.resourceVersion() > last);
                last = commit.resourceVersion();
                count++;
            }
        }
        assertEquals(500, count);
    }

    @Test
    void neverAnswersAndNeverPublishesWhatIsNotDurable() {
        committed("a", 1);
        sequencer.tell(new Sequencer.Follow(START, follower.ref()));
        assertEquals(new Sequencer.Published(START, List.of()), follower.receiveMessage());
        journal.failNextPersisted(Sequencer.persistenceId(resource));

        commit("b", 1);

        entity.expectNoMessage(Duration.ofMillis(100));
        follower.expectNoMessage(Duration.ofMillis(100));
        assertEquals(START + 1, committed("b", 1));
    }

    @Test
    void publishesInOrderEachOnTheVersionBefore() {
        sequencer.tell(new Sequencer.Follow(-1, follower.ref()));
        Sequencer.BasePage base = follower.expectMessageClass(Sequencer.BasePage.class);
        assertTrue(base.first() && base.last() && base.commits().isEmpty());
        long previous = base.version();
        for (int i = 1; i <= 5; i++) {
            long version = committed("a", i);
            Sequencer.Published published = follower.expectMessageClass(Sequencer.Published.class);
            assertEquals(previous, published.previousVersion());
            assertEquals(version, published.publications().get(0).resourceVersion());
            previous = version;
        }
    }

    @Test
    void givesAFollowerWhatItMissed() {
        long first = committed("a", 1);
        committed("b", 1);
        committed("c", 1);

        sequencer.tell(new Sequencer.Follow(first, follower.ref()));

        Sequencer.Published missed = follower.expectMessageClass(Sequencer.Published.class);
        assertEquals(first, missed.previousVersion());
        assertEquals(
                List.of("b", "c"),
                missed.publications().stream()
                        .map(publication -> publication.name().name())
                        .toList());
    }

    @Test
    void sendsAFollowerToTheJournalForWhatItForgot() {
        long first = committed("a", 1);
        for (int i = 0; i < 1_200; i++) {
            commit("b" + i, 1);
        }
        for (int i = 0; i < 1_200; i++) {
            entity.expectMessageClass(Sequencer.Committed.class);
        }
        restart();

        sequencer.tell(new Sequencer.Follow(first, follower.ref()));

        List<VersionsCommitted.Commit> all = new ArrayList<>();
        Sequencer.BasePage page;
        do {
            page = follower.expectMessageClass(Sequencer.BasePage.class);
            assertEquals(all.isEmpty(), page.first());
            all.addAll(page.commits());
        } while (!page.last());
        assertEquals(1_201, all.size());
        assertEquals(page.version(), all.get(1_200).resourceVersion());
    }

    @Test
    void remembersRemovalsButNotForEver() {
        SequencerState state = SequencerState.EMPTY;
        int removals = SequencerState.MAX_REMOVALS + 10;
        for (int i = 0; i < removals; i++) {
            NamespacedName name = new NamespacedName("default", "a" + i);
            state = state.apply(new VersionsCommitted(
                    resource,
                    List.of(
                            new VersionsCommitted.Commit(2 * i + 2, name, 1, false),
                            new VersionsCommitted.Commit(2 * i + 3, name, 2, true))));
        }
        assertEquals(SequencerState.MAX_REMOVALS, state.commits().size());
        assertTrue(state.find(new NamespacedName("default", "a9")).isEmpty());
        assertTrue(state.find(new NamespacedName("default", "a10")).isPresent());
        SequencerState again = SequencerState.EMPTY.apply(state.toSnapshot(resource));
        assertEquals(state.lastVersion(), again.lastVersion());
        assertEquals(state.inOrder(), again.inOrder());
    }
}
