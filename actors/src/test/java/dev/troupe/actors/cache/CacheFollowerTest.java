package dev.troupe.actors.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actors.TestKinds;
import dev.troupe.actors.entity.ResourceEntity;
import dev.troupe.actors.sequencer.Publication;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.journal.VersionsCommitted.Commit;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.Status;
import dev.troupe.persistence.RecoveryScan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One follower between a sequencer played by the test and a journal in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CacheFollowerTest {
    private ActorTestKit actors;
    private TestProbe<Sequencer.Command> sequencer;
    private TestProbe<ResourceEntity.Command> entities;
    private FakeJournal journal;
    private WatchCache cache;
    private ActorRef<Sequencer.Feed> feed;

    /** Streams of whole objects by name. */
    private static final class FakeJournal implements RecoveryScan {
        final Map<NamespacedName, List<ResourceEvent>> streams = new ConcurrentSkipListMap<>();
        volatile boolean broken;

        @Override
        public void scan(GroupResource resource, Visitor visitor) {
            if (broken) {
                throw new IllegalStateException("a broken disk");
            }
            new TreeMap<>(streams)
                    .forEach((name, events) -> visitor.visit(
                            new Stream(new ObjectKey(resource, name).persistenceId(), Optional.empty(), 0, events)));
        }

        @Override
        public History history(String persistenceId) {
            throw new UnsupportedOperationException("not read here");
        }

        @Override
        public Optional<List<VersionsCommitted>> versionsAfter(String persistenceId, long version, int most) {
            throw new UnsupportedOperationException("not read here");
        }

        void put(String name, String color) {
            append(name, new ObjectChange.Whole(bytes(name, color)));
        }

        void remove(String name) {
            append(name, new ObjectChange.Removed());
        }

        private void append(String name, ObjectChange change) {
            NamespacedName key = new NamespacedName("default", name);
            List<ResourceEvent> events = new ArrayList<>(streams.getOrDefault(key, List.of()));
            events.add(new ResourceEvent(
                    "x",
                    TestKinds.CONFIG_MAPS.key("default", name),
                    "uid",
                    Instant.EPOCH,
                    "user",
                    List.of(),
                    "create",
                    "",
                    "audit",
                    Optional.empty(),
                    change));
            streams.put(key, events);
        }
    }

    /** Keeps what it is told. */
    private static final class Recorder implements WatchObserver {
        final List<WatchEvent> events = new CopyOnWriteArrayList<>();
        volatile Optional<Status> end = Optional.empty();

        @Override
        public void next(List<WatchEvent> more) {
            events.addAll(more);
        }

        @Override
        public void ended(Optional<Status> why) {
            end = why;
        }
    }

    private static byte[] bytes(String name, String color) {
        var object = TestKinds.configMap(name, color);
        object.withObject("metadata").put("namespace", "default");
        return StoredObject.encodeUnversioned(object);
    }

    @BeforeAll
    void startActors() {
        actors = ActorTestKit.create(
                "follower", ConfigFactory.parseString("pekko.actor.testkit.typed.single-expect-default = 20s"));
    }

    @AfterAll
    void stopActors() {
        actors.shutdownTestKit();
    }

    @BeforeEach
    void spawn() {
        sequencer = actors.createTestProbe();
        entities = actors.createTestProbe();
        journal = new FakeJournal();
        CacheSettings settings = new CacheSettings(1_000, 1 << 20, 100, Duration.ofMinutes(1), Duration.ofHours(1));
        cache = new WatchCache(new TestKinds.Plain(TestKinds.CONFIG_MAPS), settings, InstantSource.system());
        CacheSources sources =
                new CacheSources(resource -> sequencer.ref(), key -> entities.ref(), journal, Runnable::run);
        actors.spawn(CacheFollower.create(cache, sources, settings));
        Sequencer.Follow follow = sequencer.expectMessageClass(Sequencer.Follow.class);
        assertEquals(-1, follow.version());
        feed = follow.follower();
    }

    private static Commit commit(long version, String name, long sequenceNr, boolean removed) {
        return new Commit(version, new NamespacedName("default", name), sequenceNr, removed);
    }

    private static Publication put(long version, String name, long sequenceNr) {
        return new Publication(
                version, new NamespacedName("default", name), sequenceNr, false, bytes(name, "c" + version));
    }

    private void base(long version, Commit... commits) {
        feed.tell(new Sequencer.BasePage(version, List.of(commits), true, true));
    }

    private void published(long previous, Publication... publications) {
        feed.tell(new Sequencer.Published(previous, List.of(publications)));
    }

    private void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(
                    System.nanoTime() < deadline,
                    () -> "version " + cache.view().version());
            Thread.onSpinWait();
        }
    }

    private void atVersion(long version) {
        until(() -> cache.isReady() && cache.view().version() == version);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        cache.view().objects().all().forEach(object -> names.add(object.toString()));
        return names;
    }

    private Recorder watch(long after) {
        Recorder recorder = new Recorder();
        cache.watch(
                        new WatchRequest(
                                TestKinds.CONFIG_MAPS,
                                "",
                                LabelSelector.everything(),
                                FieldSelector.everything(),
                                new WatchRequest.Start.After(after),
                                false),
                        recorder)
                .orThrow();
        return recorder;
    }

    private static List<Long> versions(Recorder recorder) {
        return recorder.events.stream().map(WatchEvent::resourceVersion).toList();
    }

    @Test
    void loadsObjectsWithTheVersionsOfTheirCommits() {
        journal.put("a", "red");
        journal.put("b", "red");
        journal.put("b", "blue");
        journal.put("gone", "red");
        journal.remove("gone");
        journal.put("forgotten", "red");
        journal.remove("forgotten");

        base(12, commit(9, "a", 1, false), commit(10, "b", 2, false), commit(12, "gone", 2, true));

        atVersion(12);
        assertEquals(List.of("configmaps|default/a@9", "configmaps|default/b@10"), names());
    }

    @Test
    void wakesTheEntityOfAnEventWithoutAVersionAndWaitsForIt() {
        journal.put("a", "red");
        journal.put("crashed", "red");

        base(10, commit(10, "a", 1, false));

        entities.expectMessageClass(ResourceEntity.Wake.class);
        assertFalse(cache.isReady());
        published(10, put(11, "crashed", 1));
        atVersion(11);
        assertEquals(List.of("configmaps|default/a@10", "configmaps|default/crashed@11"), names());
    }

    @Test
    void keepsWhatIsPublishedWhileItLoads() {
        journal.put("a", "red");
        feed.tell(new Sequencer.BasePage(10, List.of(commit(9, "a", 1, false)), true, false));
        journal.put("b", "red");
        feed.tell(new Sequencer.BasePage(10, List.of(commit(10, "b", 1, false)), false, true));
        published(10, put(11, "a", 2));
        published(11, put(12, "c", 1));

        atVersion(12);
        assertEquals(List.of("configmaps|default/a@11", "configmaps|default/b@10", "configmaps|default/c@12"), names());
    }

    @Test
    void asksForWhatItMissedAndTellsItOnce() {
        base(10);
        atVersion(10);
        Recorder recorder = watch(10);

        published(12, put(13, "c", 1));
        assertEquals(10, sequencer.expectMessageClass(Sequencer.Follow.class).version());
        assertEquals(10, cache.view().version());
        published(10, put(11, "a", 1), put(12, "b", 1), put(13, "c", 1));
        published(12, put(13, "c", 1), put(14, "d", 1));
        published(14);

        atVersion(14);
        assertEquals(List.of(11L, 12L, 13L, 14L), versions(recorder));
    }

    @Test
    void loadsAgainWhenTheSequencerForgotWhatItMissed() {
        journal.put("a", "red");
        base(10, commit(10, "a", 1, false));
        atVersion(10);
        Recorder recorder = watch(10);
        journal.put("a", "blue");
        journal.put("b", "red");

        base(20, commit(19, "a", 2, false), commit(20, "b", 1, false));

        atVersion(20);
        assertEquals(List.of("configmaps|default/a@19", "configmaps|default/b@20"), names());
        assertEquals(
                "too old resource version: 10 (20)", recorder.end.orElseThrow().message());
        assertTrue(recorder.events.isEmpty());
    }

    @Test
    void servesOnceTheJournalCanBeRead() {
        journal.put("a", "red");
        journal.broken = true;
        base(10, commit(10, "a", 1, false));
        until(() -> cache.ready().toCompletableFuture().isCompletedExceptionally());
        assertFalse(cache.isReady());

        journal.broken = false;
        assertEquals(-1, sequencer.expectMessageClass(Sequencer.Follow.class).version());
        base(10, commit(10, "a", 1, false));

        atVersion(10);
    }

    @Test
    void refusesAJournalThatLacksWhatHasAVersion() {
        base(10, commit(10, "lost", 3, false));

        until(() -> cache.ready().toCompletableFuture().isCompletedExceptionally());
    }
}
