package dev.troupe.actors.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.TestKinds;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.actors.sequencer.Sequencers;
import dev.troupe.model.admission.Admission;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.status.Status;
import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.embedded.EmbeddedStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What a member finds again after it stopped or crashed. */
final class RestartTest {
    @TempDir
    Path folder;

    private static final String OFTEN = "troupe.entities.snapshot-every = 3";

    @Test
    void servesTheSameBytesAfterARestart() {
        List<StoredObject> before;
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            for (int i = 0; i < 5; i++) {
                cluster.create("a" + i, "red");
                for (int change = 0; change < 2 * i; change++) {
                    cluster.recolor("a" + i, "color" + change);
                }
            }
            cluster.delete("a3");
            cluster.delete("a1");
            cluster.create("a1", "again");
            before = cluster.list().items();
        }
        for (int restart = 0; restart < 2; restart++) {
            try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
                List<StoredObject> after = cluster.list().items();
                assertEquals(before.size(), after.size());
                for (int i = 0; i < before.size(); i++) {
                    assertArrayEquals(before.get(i).json(), after.get(i).json());
                }
            }
        }
    }

    @Test
    void leavesInGoodOrderWithinSeconds() {
        TestCluster cluster = TestCluster.start(folder);
        long version = cluster.create("a", "red").resourceVersion();
        long begin = System.nanoTime();

        TestCluster.await(cluster.cluster.stop());

        long seconds = (System.nanoTime() - begin) / 1_000_000_000L;
        assertTrue(seconds < 20, seconds + " s");
        try (TestCluster again = TestCluster.start(folder)) {
            assertEquals(version, again.get("a").orThrow().resourceVersion());
        }
    }

    @Test
    void acknowledgesNoWriteBeforeItsSync() {
        try (TestCluster cluster = TestCluster.start(folder)) {
            EmbeddedStore store = EmbeddedStore.get(cluster.cluster.system());
            for (int i = 0; i < 20; i++) {
                long before = store.syncs();
                cluster.create("a" + i, "red");
                assertTrue(store.syncs() > before, "acknowledged without a sync");
                before = store.syncs();
                cluster.delete("a" + i);
                assertTrue(store.syncs() > before, "acknowledged without a sync");
            }
        }
    }

    @Test
    void losesNothingWithItsSnapshots() throws RocksDBException {
        List<StoredObject> before;
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            for (int change = 0; change < 20; change++) {
                for (var type : List.of(TestKinds.CONFIG_MAPS, TestKinds.BEATS)) {
                    ObjectNode object = TestKinds.configMap("a", "color" + change);
                    TestCluster.await(
                                    change == 0
                                            ? cluster.api.create(
                                                    TestCluster.CALLER,
                                                    type,
                                                    "default",
                                                    object,
                                                    WriteOptions.internal())
                                            : cluster.api.update(
                                                    TestCluster.CALLER,
                                                    type.key("default", "a"),
                                                    "",
                                                    object.put("kind", type.kind()),
                                                    WriteOptions.internal()))
                            .orThrow();
                }
            }
            assertTrue(eventsOf(cluster, TestKinds.BEATS.key("default", "a")) < 10, "old events are deleted");
            assertEquals(20, eventsOf(cluster, TestKinds.CONFIG_MAPS.key("default", "a")));
            before = everything(cluster);
        }
        RocksDB.loadLibrary();
        try (RocksDB db = RocksDB.open(folder.resolve("db").toString())) {
            db.deleteRange("s".getBytes(StandardCharsets.US_ASCII), "t".getBytes(StandardCharsets.US_ASCII));
        }
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            List<StoredObject> after = everything(cluster);
            assertEquals(2, after.size());
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(before.get(i).json(), after.get(i).json());
            }
            cluster.recolor("a", "last");
            assertEquals(
                    "last", cluster.get("a").orThrow().tree().at("/data/color").asText());
        }
    }

    private static List<StoredObject> everything(TestCluster cluster) {
        return Stream.of(TestKinds.CONFIG_MAPS, TestKinds.BEATS)
                .flatMap(type ->
                        TestCluster.await(cluster.api.list(TestCluster.CALLER, ListRequest.all(type)))
                                .orThrow()
                                .items()
                                .stream())
                .toList();
    }

    @Test
    void neverGoesBackInVersions() {
        long last = 0;
        for (int restart = 0; restart < 3; restart++) {
            try (TestCluster cluster = TestCluster.start(folder)) {
                long listed = cluster.list().resourceVersion();
                assertTrue(listed >= last, listed + " after " + last);
                long created = cluster.create("a" + restart, "red").resourceVersion();
                assertTrue(created > listed);
                last = cluster.delete("a" + restart).resourceVersion();
                assertTrue(last > created);
            }
        }
    }

    @Test
    void neverGoesBackInVersionsWithAClockThatDoes() {
        long future = 4_000_000_000_000_000L;
        try (TestCluster cluster = TestCluster.start(folder)) {
            cluster.create("a", "red");
        }
        TroupeCluster early = TroupeCluster.start(
                MemberSettings.alone(folder),
                new TroupeCluster.Parts(
                        TestKinds.registry(),
                        new Admission(List.of()),
                        () -> java.time.Instant.ofEpochSecond(1_000_000_000L),
                        new RandomIdGenerator(),
                        UnaryOperator.identity()));
        try {
            TestCluster.await(early.ready());
            long version = TestCluster.await(
                            early.api().list(TestCluster.CALLER, ListRequest.in(TestKinds.CONFIG_MAPS, "default")))
                    .orThrow()
                    .resourceVersion();
            long created = TestCluster.await(early.api()
                            .create(
                                    TestCluster.CALLER,
                                    TestKinds.CONFIG_MAPS,
                                    "default",
                                    TestKinds.configMap("b", "red"),
                                    WriteOptions.internal()))
                    .orThrow()
                    .object()
                    .resourceVersion();
            assertEquals(version + 1, created);
            assertTrue(created < future);
        } finally {
            TestCluster.await(early.abort());
        }
    }

    @Test
    void goesOnWithAWatchFromBeforeTheRestart() {
        List<Long> versions = new ArrayList<>();
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            versions.add(cluster.create("a", "red").resourceVersion());
            versions.add(cluster.create("b", "red").resourceVersion());
            versions.add(cluster.recolor("a", "blue").resourceVersion());
            TestCluster.await(cluster.api.delete(
                            TestCluster.CALLER, TestCluster.key("b"), dev.troupe.model.api.DeleteOptions.defaults()))
                    .orThrow();
            versions.add(cluster.create("b", "green").resourceVersion());
        }
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            RecordedWatch late = cluster.watchAfter(versions.get(1));
            late.awaitChanges(3);
            cluster.recolor("a", "white");
            late.awaitChanges(4);
            assertEquals(List.of("~a=blue", "-b=red", "+b=green", "~a=white"), late.changes());
            assertEquals(versions.get(2), late.versions().get(0));
            assertEquals(versions.get(3), late.versions().get(2));

            RecordedWatch early = cluster.watchAfter(1);
            early.awaitChanges(6);
            assertEquals(List.of("+a=red", "+b=red", "~a=blue", "-b=red", "+b=green", "~a=white"), early.changes());
            assertEquals(
                    410,
                    TestCluster.failure(cluster.page(new ReadVersion.Exact(versions.get(1)), 0, ""))
                            .code(),
                    "a list as of then is later work");
        }
    }

    @Test
    void sendsAWatchFromTooLongBeforeTheRestartToListAgain() {
        long old;
        long last;
        try (TestCluster cluster = TestCluster.start(folder)) {
            old = cluster.create("a", "red").resourceVersion();
            cluster.recolor("a", "blue");
            last = cluster.create("b", "red").resourceVersion();
        }
        try (TestCluster cluster = TestCluster.start(folder, "troupe.cache.past-events = 1", s -> s)) {
            Status status = TestCluster.failure(TestCluster.await(cluster.api.watch(
                    TestCluster.CALLER,
                    new WatchRequest(
                            TestKinds.CONFIG_MAPS,
                            "",
                            dev.troupe.model.selector.LabelSelector.everything(),
                            FieldSelector.everything(),
                            new WatchRequest.Start.After(old),
                            false),
                    new RecordedWatch())));
            assertEquals("too old resource version: " + old + " (" + last + ")", status.message());
            assertEquals(410, status.code());
            RecordedWatch current = cluster.watchAfter(last);
            cluster.recolor("a", "green");
            current.awaitChanges(1);
            assertEquals(List.of("~a=green"), current.changes());
        }
    }

    /** Lets commits through until told otherwise. */
    private static final class Failpoint implements UnaryOperator<Sequencers> {
        final AtomicBoolean closed = new AtomicBoolean();
        volatile ActorRef<Sequencer.Command> nowhere;

        @Override
        public Sequencers apply(Sequencers sequencers) {
            return resource -> closed.get() ? nowhere : sequencers.of(resource);
        }

        RecipientRef<Sequencer.Command> in(TestCluster cluster) {
            nowhere = cluster.cluster.system().systemActorOf(Behaviors.ignore(), "nowhere", Props.empty());
            return nowhere;
        }
    }

    @Test
    void commitsWhatACrashLeftWithoutAVersion() {
        Failpoint failpoint = new Failpoint();
        long last;
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, failpoint)) {
            failpoint.in(cluster);
            cluster.create("changed", "red");
            cluster.create("removed", "red");
            last = cluster.create("whole", "red").resourceVersion();
            failpoint.closed.set(true);
            var creation = cluster.api.create(
                    TestCluster.CALLER,
                    TestKinds.CONFIG_MAPS,
                    "default",
                    TestKinds.configMap("created", "red"),
                    WriteOptions.internal());
            var change = cluster.recoloring("changed", "blue");
            var removal = cluster.api.delete(
                    TestCluster.CALLER, TestCluster.key("removed"), dev.troupe.model.api.DeleteOptions.defaults());
            TestCluster.until(
                    "all three events in the journal",
                    () -> eventsOf(cluster, TestCluster.key("created")) == 1
                            && eventsOf(cluster, TestCluster.key("changed")) == 2
                            && eventsOf(cluster, TestCluster.key("removed")) == 2);
            for (var write : List.of(creation, change, removal)) {
                assertTrue(!write.toCompletableFuture().isDone(), "acknowledged without a version");
            }
            assertEquals(last, cluster.list().resourceVersion());
            cluster.abort();
        }
        List<StoredObject> found;
        long version;
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            RecordedWatch watch = cluster.watch(new WatchRequest.Start.StreamedList(0), FieldSelector.everything());
            watch.awaitChanges(3);
            assertEquals(List.of("+changed=blue", "+created=red", "+whole=red"), watch.changes());
            assertEquals(3, watch.versions().stream().distinct().count());
            version = cluster.list().resourceVersion();
            assertTrue(version > last);
            found = cluster.list().items();
            cluster.recolor("created", "green");
            watch.awaitChanges(4);
            assertEquals("~created=green", watch.changes().get(3));
        }
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            assertEquals(
                    found.get(0).resourceVersion(),
                    cluster.get("changed").orThrow().resourceVersion());
            assertEquals(3, cluster.list().items().size());
        }
    }

    private static int eventsOf(TestCluster cluster, ObjectKey key) {
        return new dev.troupe.persistence.embedded.EmbeddedRecoveryScan(cluster.cluster.system())
                .history(key.persistenceId())
                .events()
                .size();
    }

    @Test
    void keepsSecretsUnreadableInEventsAndSnapshots() throws IOException {
        String planted = "planted-secret-value-4711";
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            for (int i = 0; i < 7; i++) {
                ObjectNode secret =
                        Json.parseObject("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\","
                                + "\"namespace\":\"default\",\"annotations\":{\"note\":\"" + planted + i + "\"}}}");
                var write = i == 0
                        ? cluster.api.create(
                                TestCluster.CALLER, TestKinds.SECRETS, "default", secret, WriteOptions.internal())
                        : cluster.api.update(
                                TestCluster.CALLER,
                                TestKinds.SECRETS.key("default", "s"),
                                "",
                                secret,
                                WriteOptions.internal());
                TestCluster.await(write).orThrow();
            }
        }
        try (TestCluster cluster = TestCluster.start(folder, OFTEN, s -> s)) {
            StoredObject secret = TestCluster.await(cluster.api.get(
                            TestCluster.CALLER, TestKinds.SECRETS.key("default", "s"), new ReadVersion.Latest()))
                    .orThrow();
            assertEquals(
                    planted + 6, secret.tree().at("/metadata/annotations/note").asText());
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertTrue(!content.contains("planted-secret"), "found in " + file);
            }
        }
    }

    @Test
    void saysAtOnceThatAJournalIsInUse() {
        try (TestCluster cluster = TestCluster.start(folder)) {
            cluster.create("a", "red");
            JournalUnusable failure = assertThrows(
                    JournalUnusable.class,
                    () -> TroupeCluster.start(
                            MemberSettings.alone(folder),
                            TestKinds.registry(),
                            java.time.InstantSource.system(),
                            new RandomIdGenerator()));
            assertTrue(failure.getMessage().contains("in use by another process"), failure.getMessage());
        }
    }
}
