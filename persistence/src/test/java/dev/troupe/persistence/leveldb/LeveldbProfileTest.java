package dev.troupe.persistence.leveldb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalAccess;
import dev.troupe.persistence.JournalKind;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.RecoveryScan;
import dev.troupe.persistence.embedded.JournalTestSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Troupe adds to Pekko's LevelDB plugin, on a real folder. */
class LeveldbProfileTest {
    private static final String PLANTED = "a-password-that-must-not-be-found";
    private static final GroupResource SECRETS = new GroupResource("", "secrets");
    private static final String LOG = "seq|secrets";

    @TempDir
    private Path folder;

    /** Keeps whatever it is told. */
    private static final class Keeper extends EventSourcedBehavior<Keeper.Keep, Object, Integer> {
        record Keep(Object event, ActorRef<Done> replyTo) {}

        private Keeper(String persistenceId) {
            super(PersistenceId.ofUniqueId(persistenceId));
        }

        static Behavior<Keep> create(String persistenceId) {
            return new Keeper(persistenceId);
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public CommandHandler<Keep, Object, Integer> commandHandler() {
            return (state, keep) -> Effect()
                    .persist(keep.event())
                    .thenRun(after -> keep.replyTo().tell(Done.getInstance()));
        }

        @Override
        public EventHandler<Integer, Object> eventHandler() {
            return (state, event) -> state + 1;
        }
    }

    private static final class Running implements AutoCloseable {
        final ActorSystem<Void> system;

        Running(Path folder) {
            system = ActorSystem.create(
                    Behaviors.empty(),
                    "leveldb-test",
                    ConfigFactory.load(JournalKind.LEVELDB
                            .settings()
                            .withFallback(ConfigFactory.parseString("troupe.persistence.directory = \"" + folder
                                    + "\"\npekko.loglevel = WARNING\n"
                                    + "pekko.persistence.typed.stash-capacity = 100"))));
        }

        void keep(String persistenceId, Object... events) throws Exception {
            ActorRef<Keeper.Keep> keeper = system.systemActorOf(
                    Keeper.create(persistenceId), "keeper-" + persistenceId.hashCode(), Props.empty());
            for (Object event : events) {
                AskPattern.<Keeper.Keep, Done>ask(
                                keeper,
                                replyTo -> new Keeper.Keep(event, replyTo),
                                Duration.ofSeconds(20),
                                system.scheduler())
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
            }
        }

        @Override
        public void close() throws Exception {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static ResourceEvent event(String persistenceId, String object) {
        return new ResourceEvent(
                "SecretCreated",
                ObjectKey.parse(persistenceId),
                "uid-1",
                Instant.ofEpochSecond(1_790_000_000L),
                "alice",
                List.of(),
                "create",
                "",
                "audit-1",
                Optional.empty(),
                new ObjectChange.Whole(object.getBytes(StandardCharsets.UTF_8)));
    }

    private static VersionsCommitted versions(long resourceVersion, String name, long sequenceNr) {
        return new VersionsCommitted(
                SECRETS,
                List.of(new VersionsCommitted.Commit(
                        resourceVersion, new NamespacedName("default", name), sequenceNr, false)));
    }

    private void write() throws Exception {
        try (Running running = new Running(folder)) {
            JournalAccess.get(running.system);
            running.keep(LOG, versions(10, "a", 1), versions(20, "b", 1), versions(30, "a", 2));
            running.keep(
                    "secrets|default/a",
                    event("secrets|default/a", "{\"a\":\"" + PLANTED + "\"}"),
                    event("secrets|default/a", "{\"a\":2}"));
            running.keep("secrets|default/b", event("secrets|default/b", "{\"b\":1}"));
        }
    }

    @Test
    void scansObjectsAndTheSequencersLogBesideTheRunningJournal() throws Exception {
        write();
        try (Running running = new Running(folder)) {
            RecoveryScan scan = JournalAccess.get(running.system).scan();
            List<String> found = new ArrayList<>();
            scan.scan(SECRETS, stream -> found.add(stream.persistenceId() + " " + stream.highestSequenceNr()));
            assertEquals(List.of("secrets|default/a 2", "secrets|default/b 1"), found);
            assertEquals(
                    event("secrets|default/a", "{\"a\":2}"),
                    scan.history("secrets|default/a").events().get(1));
            assertEquals(
                    List.of(versions(20, "b", 1), versions(30, "a", 2)),
                    scan.versionsAfter(LOG, 10, 5).orElseThrow());
            assertEquals(Optional.empty(), scan.versionsAfter(LOG, 1, 2));
        }
    }

    @Test
    void isReadOfflineWithEventsBeforeTheirVersions() throws Exception {
        write();
        List<String> read = new ArrayList<>();
        JournalReader.Visitor visitor = new JournalReader.Visitor() {
            @Override
            public void event(String persistenceId, long sequenceNr, ResourceEvent event) {
                read.add(persistenceId + " " + sequenceNr);
            }

            @Override
            public void versions(VersionsCommitted versions) {
                read.add("version " + versions.commits().getFirst().resourceVersion());
            }
        };
        try (JournalReader reader = JournalReader.open(folder)) {
            reader.replay(visitor);
            assertEquals(
                    List.of(
                            "secrets|default/a 1",
                            "secrets|default/a 2",
                            "secrets|default/b 1",
                            "version 10",
                            "version 20",
                            "version 30"),
                    read);
            read.clear();
            reader.stream("secrets|default/b", visitor);
            reader.stream("secrets|default/none", visitor);
            assertEquals(List.of("secrets|default/b 1"), read);
        }
    }

    @Test
    void writesNoSecretInPlainTextAnywhere() throws Exception {
        write();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(PLANTED), () -> "in plain text in " + file);
            }
        }
    }

    @Test
    void refusesASecondProcessAndTheOtherKindOfJournal() throws Exception {
        try (Running running = new Running(folder)) {
            JournalAccess.get(running.system);
            JournalUnusable second = assertThrows(JournalUnusable.class, () -> JournalReader.open(folder));
            assertTrue(second.getMessage().contains("./troupe down"), second::getMessage);
        }
        try (JournalTestSystem embedded = new JournalTestSystem(folder)) {
            JournalUnusable other = assertThrows(JournalUnusable.class, () -> JournalAccess.get(embedded.system()));
            assertTrue(other.getMessage().contains("--journal leveldb"), other::getMessage);
        }
    }

    @Test
    void refusesAFolderOfTheEmbeddedJournal() throws Exception {
        try (JournalTestSystem embedded = new JournalTestSystem(folder)) {
            JournalAccess.get(embedded.system());
        }
        try (Running running = new Running(folder)) {
            JournalUnusable other = assertThrows(JournalUnusable.class, () -> JournalAccess.get(running.system));
            assertTrue(other.getMessage().contains("--journal embedded"), other::getMessage);
        }
        assertEquals(JournalKind.EMBEDDED, JournalKind.in(folder));
    }

    @Test
    void refusesAnUnknownFormat() throws IOException {
        LeveldbFolder.open(folder).close();
        Files.writeString(folder.resolve("leveldb-format"), "2\n");
        JournalUnusable refused = assertThrows(JournalUnusable.class, () -> LeveldbFolder.open(folder));
        assertTrue(refused.getMessage().contains("start the newer Troupe"), refused::getMessage);
    }
}
