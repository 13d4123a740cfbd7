package dev.troupe.actors.cluster;

import static dev.troupe.actors.cluster.TestCluster.CALLER;
import static dev.troupe.actors.cluster.TestCluster.await;
import static dev.troupe.actors.cluster.TestCluster.failure;
import static dev.troupe.actors.cluster.TestCluster.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.TestKinds;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.status.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a client of the API sees of a healthy member. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReadAndWriteTest {
    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) {
        cluster = TestCluster.start(
                folder, "troupe.cache.bookmark-interval = 600ms\ntroupe.api.future-version-wait = 300ms", s -> s);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @BeforeEach
    void removeAll() {
        await(cluster.api.deleteCollection(
                        CALLER, ListRequest.in(TestKinds.CONFIG_MAPS, "default"), DeleteOptions.defaults()))
                .orThrow();
    }

    @Test
    void readsWhatItWrote() {
        StoredObject created = cluster.create("a", "red");
        StoredObject read = cluster.get("a").orThrow();

        assertArrayEquals(created.json(), read.json());
        assertTrue(created.resourceVersion() > 1_600_000_000_000_000L);
        assertEquals(
                Long.toString(created.resourceVersion()),
                read.tree().at("/metadata/resourceVersion").asText());
    }

    @Test
    void refusesASecondObjectOfOneName() {
        cluster.create("a", "red");

        Status status = failure(await(cluster.api.create(
                CALLER, TestKinds.CONFIG_MAPS, "default", TestKinds.configMap("a", "blue"), WriteOptions.internal())));

        assertEquals("configmaps \"a\" already exists", status.message());
    }

    @Test
    void refusesAnUpdateOfAnOldVersion() {
        ObjectNode old = cluster.create("a", "red").copy();
        cluster.recolor("a", "blue");

        Status status = failure(await(cluster.api.update(CALLER, key("a"), "", old, WriteOptions.internal())));

        assertEquals(409, status.code());
        assertEquals("Conflict", status.reason());
    }

    @Test
    void keepsTheVersionOfAnObjectThatAnUpdateDidNotChange() {
        StoredObject created = cluster.create("a", "red");

        WriteResult result = await(cluster.recoloring("a", "red")).orThrow();

        assertEquals(WriteResult.Effect.UNCHANGED, result.effect());
        assertEquals(created.resourceVersion(), result.object().resourceVersion());
    }

    @Test
    void makesAnObjectAnewAfterItsDeletion() {
        StoredObject first = cluster.create("a", "red");
        StoredObject removed = cluster.delete("a");
        StoredObject second = cluster.create("a", "blue");

        assertTrue(first.resourceVersion() < removed.resourceVersion());
        assertTrue(removed.resourceVersion() < second.resourceVersion());
        assertFalse(first.meta().uid().equals(second.meta().uid()));
        assertEquals("red", removed.tree().at("/data/color").asText());
    }

    @Test
    void answersNotFoundForWhatIsNotThere() {
        assertEquals("configmaps \"x\" not found", failure(cluster.get("x")).message());
        assertEquals(
                "configmaps \"x\" not found",
                failure(await(cluster.recoloring("x", "red"))).message());
        assertEquals(
                404,
                failure(await(cluster.api.delete(CALLER, key("x"), DeleteOptions.defaults())))
                        .code());
        assertEquals(
                404, failure(await(cluster.recoloring("Not/A\0Name", "red"))).code());
    }

    @Test
    void refusesNamesThatNoObjectCanHave() {
        Status status = failure(await(cluster.api.create(
                CALLER,
                TestKinds.CONFIG_MAPS,
                "default",
                TestKinds.configMap("Upper", "red"),
                WriteOptions.internal())));

        assertEquals(422, status.code());
        assertTrue(status.message().startsWith("ConfigMap \"Upper\" is invalid: metadata.name: Invalid value"));
    }

    @Test
    void refusesABodyThatSpeaksOfAnotherObject() {
        ObjectNode other = TestKinds.configMap("im", "red");
        assertEquals(
                "the name of the object (im) does not match the name on the URL (im3)",
                failure(await(cluster.api.update(CALLER, key("im3"), "", other, WriteOptions.internal())))
                        .message());
        ObjectNode elsewhere = TestKinds.configMap("im", "red");
        elsewhere.withObject("metadata").put("namespace", "kube-system");
        assertEquals(
                "the namespace of the provided object does not match the namespace sent on the request",
                failure(await(cluster.api.create(
                                CALLER, TestKinds.CONFIG_MAPS, "default", elsewhere, WriteOptions.internal())))
                        .message());
    }

    @Test
    void generatesNames() {
        ObjectNode unnamed = TestKinds.configMap("", "red");
        unnamed.withObject("metadata").put("generateName", "web-");

        StoredObject created = await(
                        cluster.api.create(CALLER, TestKinds.CONFIG_MAPS, "default", unnamed, WriteOptions.internal()))
                .orThrow()
                .object();

        assertTrue(
                created.meta().name().matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}"),
                created.meta().name());
    }

    @Test
    void keepsNothingOfADryRun() {
        cluster.create("a", "blue");
        cluster.delete("a");
        WriteOptions dry = new WriteOptions(true, WriteOptions.FieldValidation.STRICT, "", List.of());

        WriteResult result = await(cluster.api.create(
                        CALLER, TestKinds.CONFIG_MAPS, "default", TestKinds.configMap("a", "red"), dry))
                .orThrow();

        assertEquals("a", result.object().meta().name());
        assertTrue(result.object().tree().at("/metadata/resourceVersion").isMissingNode());
        assertEquals(404, failure(cluster.get("a")).code());
    }

    @Test
    void answersADryUpdateWithWhatItWouldMake() {
        ObjectNode changed = cluster.create("a", "red").copy();
        changed.withObject("data").put("color", "blue");
        WriteOptions dry = new WriteOptions(true, WriteOptions.FieldValidation.STRICT, "", List.of());

        WriteResult result =
                await(cluster.api.update(CALLER, key("a"), "", changed, dry)).orThrow();

        assertEquals("blue", result.object().tree().at("/data/color").asText());
        assertEquals("red", cluster.get("a").orThrow().tree().at("/data/color").asText());
    }

    @Test
    void pagesThroughOneStateWhileItChanges() {
        for (int i = 0; i < 10; i++) {
            cluster.create("p" + i, "red");
        }
        ObjectList first = cluster.page(new ReadVersion.Latest(), 4, "").orThrow();
        cluster.delete("p5");
        cluster.create("p55", "late");
        cluster.recolor("p6", "late");
        ObjectList second =
                cluster.page(new ReadVersion.Latest(), 4, first.continueToken()).orThrow();
        ObjectList third = cluster.page(new ReadVersion.Latest(), 4, second.continueToken())
                .orThrow();

        List<String> names = new ArrayList<>();
        for (ObjectList page : List.of(first, second, third)) {
            assertEquals(first.resourceVersion(), page.resourceVersion());
            page.items().forEach(item -> {
                names.add(item.meta().name());
                assertEquals("red", item.tree().at("/data/color").asText());
            });
        }
        assertEquals(List.of("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"), names);
        assertEquals(OptionalLong.of(6), first.remainingItemCount());
        assertEquals(OptionalLong.of(2), second.remainingItemCount());
        assertEquals(OptionalLong.empty(), third.remainingItemCount());
        assertEquals("", third.continueToken());
    }

    @Test
    void listsAnOlderVersionExactly() {
        cluster.create("a", "red");
        long version = cluster.create("b", "red").resourceVersion();
        cluster.recolor("a", "blue");
        cluster.delete("b");

        ObjectList list = cluster.page(new ReadVersion.Exact(version), 0, "").orThrow();

        assertEquals(version, list.resourceVersion());
        assertEquals(
                List.of("red", "red"),
                list.items().stream()
                        .map(item -> item.tree().at("/data/color").asText())
                        .toList());
    }

    @Test
    void refusesVersionsOfTheFutureAndOfTheDistantPast() {
        long future = cluster.create("a", "red").resourceVersion() + 3_600_000_000L;

        Status early = failure(cluster.page(new ReadVersion.NotOlderThan(future), 0, ""));
        assertEquals(504, early.code());
        assertTrue(early.message().startsWith("Timeout: Too large resource version: " + future + ", current: "));

        Status invalid = failure(cluster.page(new ReadVersion.Latest(), 3, "nonsense"));
        assertEquals(400, invalid.code());
        assertEquals("continue key is not valid: not a token", invalid.message());
    }

    @Test
    void tellsAWatchWhatItsSelectorSees() {
        long start = cluster.list().resourceVersion();
        RecordedWatch red =
                cluster.watch(new WatchRequest.Start.After(start), FieldSelector.equal("data.color", "red"));
        cluster.create("a", "red");
        cluster.create("b", "blue");
        cluster.recolor("b", "red");
        long left = cluster.recolor("a", "blue").resourceVersion();
        cluster.delete("a");
        cluster.delete("b");

        red.awaitChanges(4);

        assertEquals(List.of("+a=red", "+b=red", "-a=red", "-b=red"), red.changes());
        assertEquals(left, red.events().get(2).resourceVersion());
    }

    @Test
    void streamsAListAndEndsItWithABookmark() {
        cluster.create("a", "red");
        long version = cluster.create("b", "red").resourceVersion();

        RecordedWatch watch = cluster.watch(new WatchRequest.Start.StreamedList(0), FieldSelector.everything());
        cluster.create("c", "red");
        watch.awaitChanges(3);

        List<String> events = watch.events().stream().map(RecordedWatch::text).toList();
        assertEquals(List.of("+a=red", "+b=red", "=", "+c=red"), events.subList(0, 4));
        assertEquals(version, watch.events().get(2).resourceVersion());
    }

    @Test
    void sendsBookmarksToAQuietWatch() {
        long version = cluster.create("a", "red").resourceVersion();
        RecordedWatch watch = cluster.watchAfter(version);

        TestCluster.until(
                "a bookmark",
                () -> watch.events().stream().anyMatch(event -> event.equals(new WatchEvent.Bookmark(version, false))));
    }

    @Test
    void tellsACancelledWatchNothingMore() {
        RecordedWatch watch = cluster.watchAfter(cluster.list().resourceVersion());
        RecordedWatch other = cluster.watchAfter(cluster.list().resourceVersion());
        cluster.create("a", "red");
        watch.awaitChanges(1);

        watch.cancel();
        cluster.create("b", "red");
        other.awaitChanges(2);

        assertEquals(List.of("+a=red"), watch.changes());
    }

    @Test
    void refusesAnObjectWhoseBodyIsNoObject() {
        ObjectNode broken = Json.object();
        broken.put("metadata", "text");

        Outcome<WriteResult> outcome =
                await(cluster.api.create(CALLER, TestKinds.CONFIG_MAPS, "default", broken, WriteOptions.internal()));

        assertTrue(failure(outcome).code() >= 400);
    }
}
