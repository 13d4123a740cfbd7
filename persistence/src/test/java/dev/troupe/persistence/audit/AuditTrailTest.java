package dev.troupe.persistence.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.Cause;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.embedded.JournalTestSystem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTrailTest {
    private static final ObjectKey DEPLOYMENT = ObjectKey.parse("deployments.apps|default/web");
    private static final ObjectKey REPLICA_SET = ObjectKey.parse("replicasets.apps|default/web-1");
    private static final ObjectKey POD = ObjectKey.parse("pods|default/web-1-a");
    private static final Instant START = Instant.ofEpochSecond(1_790_000_000L);

    @TempDir
    private Path folder;

    @Test
    void followsCausesBackToTheRequestThatBeganIt() throws Exception {
        givenADeploymentThatMadeAPod();
        try (JournalReader journal = JournalReader.open(folder)) {
            AuditTrail trail = new AuditTrail(journal);
            List<AuditEntry> chain = trail.causes(trail.history(POD).get(0));
            assertEquals(
                    List.of("PodCreated", "ReplicaSetCreated", "DeploymentCreated"),
                    chain.stream().map(entry -> entry.event().name()).toList());
            assertEquals("alice", chain.get(2).event().user());
        }
    }

    @Test
    void showsAnObjectAsItWas() throws Exception {
        givenADeploymentThatMadeAPod();
        try (JournalReader journal = JournalReader.open(folder)) {
            AuditTrail trail = new AuditTrail(journal);
            assertEquals(
                    "{\"n\":1}",
                    text(trail.at(DEPLOYMENT, START.plusSeconds(5))
                            .orElseThrow()
                            .after()));
            assertEquals(
                    "{\"n\":2}",
                    text(trail.at(DEPLOYMENT, START.plusSeconds(30))
                            .orElseThrow()
                            .after()));
            assertEquals(
                    "{\"n\":1}", text(trail.at(DEPLOYMENT, 100L).orElseThrow().after()));
            assertTrue(trail.at(DEPLOYMENT, START.minusSeconds(1)).isEmpty());
        }
    }

    @Test
    void logsEveryChangeInOrderWithWhatChanged() throws Exception {
        givenADeploymentThatMadeAPod();
        List<AuditEntry> entries = new ArrayList<>();
        try (JournalReader journal = JournalReader.open(folder)) {
            new AuditTrail(journal).log(key -> key.equals(DEPLOYMENT), entries::add);
        }
        assertEquals(2, entries.size());
        assertTrue(entries.get(0).created());
        assertEquals(103, entries.get(1).resourceVersion().orElseThrow());
        assertEquals(
                List.of("n: 1 -> 2"),
                FieldChanges.between(entries.get(1).before(), entries.get(1).after()).stream()
                        .map(change -> change.text(false))
                        .toList());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void givenADeploymentThatMadeAPod() throws Exception {
        try (JournalTestSystem system = new JournalTestSystem(folder)) {
            Writer writer = new Writer(system);
            writer.write(DEPLOYMENT, 100, event("DeploymentCreated", DEPLOYMENT, 0, Optional.empty(), "{\"n\":1}"));
            writer.write(
                    REPLICA_SET,
                    101,
                    event("ReplicaSetCreated", REPLICA_SET, 1, Optional.of(new Cause(DEPLOYMENT, 100)), "{\"r\":1}"));
            writer.write(POD, 102, event("PodCreated", POD, 2, Optional.of(new Cause(REPLICA_SET, 101)), "{\"p\":1}"));
            writer.write(DEPLOYMENT, 103, event("ResourceUpdated", DEPLOYMENT, 10, Optional.empty(), "{\"n\":2}"));
        }
    }

    private static ResourceEvent event(String name, ObjectKey key, long second, Optional<Cause> cause, String object) {
        return new ResourceEvent(
                name,
                key,
                "uid",
                START.plusSeconds(second),
                cause.isPresent() ? "controller" : "alice",
                List.of(),
                "create",
                "",
                "audit",
                cause,
                new ObjectChange.Whole(object.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes events as entities and sequencers do: each in a stream of its own. */
    private static final class Writer {
        private final JournalTestSystem system;

        Writer(JournalTestSystem system) {
            this.system = system;
        }

        void write(ObjectKey key, long version, ResourceEvent event) throws Exception {
            long sequenceNr = persist(key.persistenceId(), event);
            persist(
                    "seq|" + key.resource(),
                    new VersionsCommitted(
                            key.resource(),
                            List.of(new VersionsCommitted.Commit(version, key.name(), sequenceNr, false))));
        }

        private long persist(String persistenceId, Object event) throws Exception {
            ActorRef stream = system.system().actorOf(Props.create(Stream.class, () -> new Stream(persistenceId)));
            Duration wait = Duration.ofSeconds(20);
            long number = (long)
                    Patterns.ask(stream, event, wait).toCompletableFuture().get();
            Patterns.gracefulStop(stream, wait).toCompletableFuture().get();
            return number;
        }
    }

    private static final class Stream extends AbstractPersistentActor {
        private final String id;

        Stream(String id) {
            this.id = id;
        }

        @Override
        public String persistenceId() {
            return id;
        }

        @Override
        public Receive createReceiveRecover() {
            return receiveBuilder().matchAny(any -> {}).build();
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .matchAny(event -> persist(event, kept -> getSender().tell(lastSequenceNr(), getSelf())))
                    .build();
        }
    }
}
