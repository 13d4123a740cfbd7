package dev.troupe.actors.entity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actors.TestKinds;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

/** One entity between a journal that can fail and a sequencer played by the test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResourceEntityTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration SHORT = Duration.ofMillis(200);

    private ActorTestKit actors;
    private PersistenceTestKit journal;
    private TestProbe<Sequencer.Command> sequencer;
    private TestProbe<ResourceEntity.Answer> client;
    private ObjectKey key;
    private ActorRef<ResourceEntity.Command> entity;
    private int names;

    @BeforeAll
    void start() {
        actors = ActorTestKit.create(
                "entity",
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
        sequencer = actors.createTestProbe();
        client = actors.createTestProbe();
        key = TestKinds.CONFIG_MAPS.key("default", "n" + ++names);
        entity = spawned();
    }

    private ActorRef<ResourceEntity.Command> spawned() {
        return actors.spawn(ResourceEntity.create(
                key,
                new TestKinds.Plain(TestKinds.CONFIG_MAPS),
                new ResourceEntity.Environment(resource -> sequencer.ref(), InstantSource.fixed(NOW), 100)));
    }

    private void ask(Write write) {
        ask(write, NOW.plusSeconds(30));
    }

    private void ask(Write write, Instant deadline) {
        Caller caller = Caller.of(UserInfo.of("tester"), "audit");
        entity.tell(
                new ResourceEntity.Handle(new Write.Request(key, write, caller, NOW, "uid-1"), deadline, client.ref()));
    }

    private Write.Create creation() {
        var object = TestKinds.configMap(key.name().name(), "red");
        object.withObject("metadata").put("namespace", "default");
        return new Write.Create(object, WriteOptions.internal());
    }

    private static Write recoloring(String color) {
        var patch = Json.object();
        patch.putObject("data").put("color", color);
        return new Write.ApplyPatch("", new Patch.MergePatch(patch), WriteOptions.internal());
    }

    private Sequencer.Commit expectCommit() {
        return (Sequencer.Commit) sequencer.receiveMessage();
    }

    private void create() {
        ask(creation());
        Sequencer.Commit commit = expectCommit();
        commit.replyTo().tell(new Sequencer.Committed(commit.sequenceNr(), 100));
        client.expectMessageClass(ResourceEntity.Written.class);
    }

    @Test
    void answersOnlyWhenTheVersionIsDurable() {
        ask(creation());
        Sequencer.Commit commit = expectCommit();
        assertEquals(1, commit.sequenceNr());
        assertFalse(commit.removed());
        journal.expectNextPersistedClass(key.persistenceId(), ResourceEvent.class);
        client.expectNoMessage(SHORT);

        commit.replyTo().tell(new Sequencer.Committed(1, 4711));

        ResourceEntity.Written written = client.expectMessageClass(ResourceEntity.Written.class);
        assertEquals(4711, written.resourceVersion());
        assertEquals(WriteResult.Effect.CREATED, written.effect());
        assertArrayEquals(commit.object(), written.object());
    }

    @Test
    void takesTheNextWriteOnlyWhenTheLastHasItsVersion() {
        create();
        ask(recoloring("blue"));
        ask(recoloring("green"));
        Sequencer.Commit first = expectCommit();
        sequencer.expectNoMessage(SHORT);

        first.replyTo().tell(new Sequencer.Committed(2, 101));
        Sequencer.Commit second = expectCommit();
        second.replyTo().tell(new Sequencer.Committed(3, 102));

        assertEquals(
                101, client.expectMessageClass(ResourceEntity.Written.class).resourceVersion());
        assertEquals(
                102, client.expectMessageClass(ResourceEntity.Written.class).resourceVersion());
        assertEquals(3, second.sequenceNr());
    }

    @Test
    void neverAnswersSuccessWhenTheJournalFails() {
        create();
        journal.failNextPersisted(key.persistenceId());

        ask(recoloring("blue"));

        ResourceEntity.Refused refused = client.expectMessageClass(ResourceEntity.Refused.class);
        assertEquals(503, refused.status().code());
        // Recovered from the journal, which has only the creation; it is committed again and serves.
        Sequencer.Commit again = expectCommit();
        assertEquals(1, again.sequenceNr());
        again.replyTo().tell(new Sequencer.Committed(1, 100));
        ask(recoloring("green"));
        Sequencer.Commit commit = expectCommit();
        assertEquals(2, commit.sequenceNr());
        assertTrue(new String(commit.object(), java.nio.charset.StandardCharsets.UTF_8).contains("green"));
        commit.replyTo().tell(new Sequencer.Committed(2, 101));
        client.expectMessageClass(ResourceEntity.Written.class);
    }

    @Test
    void neverAnswersSuccessWhenTheJournalRejects() {
        create();
        journal.rejectNextPersisted(key.persistenceId());

        ask(recoloring("blue"));

        assertEquals(
                503,
                client.expectMessageClass(ResourceEntity.Refused.class).status().code());
    }

    @Test
    void asksForTheVersionAgainUntilItIsAnswered() {
        ask(creation());
        Sequencer.Commit first = expectCommit();
        Sequencer.Commit second = expectCommit();
        assertEquals(first.sequenceNr(), second.sequenceNr());
        second.replyTo().tell(new Sequencer.Committed(1, 100));
        first.replyTo().tell(new Sequencer.Committed(1, 100));
        client.expectMessageClass(ResourceEntity.Written.class);
        client.expectNoMessage(SHORT);
    }

    @Test
    void commitsItsLastEventAgainBeforeItServes() {
        create();
        ask(new Write.Delete(DeleteOptions.defaults()));
        assertTrue(expectCommit().removed());
        actors.stop(entity);

        entity = spawned();
        ask(creation());

        Sequencer.Commit again = expectCommit();
        assertEquals(2, again.sequenceNr());
        assertTrue(again.removed());
        client.expectNoMessage(SHORT);
        again.replyTo().tell(new Sequencer.Committed(2, 101));
        Sequencer.Commit creation = expectCommit();
        assertEquals(3, creation.sequenceNr());
        creation.replyTo().tell(new Sequencer.Committed(3, 102));
        assertEquals(
                102, client.expectMessageClass(ResourceEntity.Written.class).resourceVersion());
    }

    @Test
    void stopsWhenAnotherWriterWentAhead() {
        TestProbe<Object> watcher = actors.createTestProbe();
        ask(creation());
        Sequencer.Commit commit = expectCommit();

        commit.replyTo().tell(new Sequencer.Fenced(1, 5));

        assertEquals(
                503,
                client.expectMessageClass(ResourceEntity.Refused.class).status().code());
        watcher.expectTerminated(entity, Duration.ofSeconds(20));
    }

    @Test
    void staysUntilItsEventHasAVersion() {
        TestProbe<Object> watcher = actors.createTestProbe();
        ask(creation());
        Sequencer.Commit commit = expectCommit();
        entity.tell(new ResourceEntity.Stop());
        client.expectNoMessage(SHORT);

        commit.replyTo().tell(new Sequencer.Committed(1, 100));

        client.expectMessageClass(ResourceEntity.Written.class);
        watcher.expectTerminated(entity, Duration.ofSeconds(20));
    }

    @Test
    void doesNotBeginAWriteWhoseCallerHasGivenUp() {
        create();

        ask(recoloring("blue"), NOW.minusSeconds(1));

        client.expectNoMessage(SHORT);
        sequencer.expectNoMessage(SHORT);
    }

    @Test
    void refusesWritesBeyondWhatMayWait() {
        ask(creation());
        Sequencer.Commit commit = expectCommit();
        for (int i = 0; i < 600; i++) {
            ask(recoloring("c" + i));
        }
        for (int i = 512; i < 600; i++) {
            assertEquals(
                    429,
                    client.expectMessageClass(ResourceEntity.Refused.class)
                            .status()
                            .code());
        }
        commit.replyTo().tell(new Sequencer.Committed(1, 100));
        client.expectMessageClass(ResourceEntity.Written.class);
        for (int i = 0; i < 512; i++) {
            Sequencer.Commit next = expectCommit();
            next.replyTo().tell(new Sequencer.Committed(next.sequenceNr(), 101 + i));
            client.expectMessageClass(ResourceEntity.Written.class);
        }
    }

    @Test
    void keepsAllThatAnAuditAsks() {
        create();

        List<Object> events = journal.persistedInStorage(key.persistenceId());

        ResourceEvent event = (ResourceEvent) events.get(0);
        assertEquals("ConfigMapCreated", event.name());
        assertEquals("tester", event.user());
        assertEquals("create", event.verb());
        assertEquals("audit", event.auditId());
        assertEquals("uid-1", event.uid());
        assertEquals(NOW, event.time());
    }
}
