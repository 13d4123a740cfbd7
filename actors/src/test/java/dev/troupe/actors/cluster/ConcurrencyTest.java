package dev.troupe.actors.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers, readers and watches at the same time. */
final class ConcurrencyTest {
    private static final int WRITERS = 8;
    private static final int WRITES = 60;
    private static final List<String> COLORS = List.of("red", "blue");

    @TempDir
    Path folder;

    private final ConcurrentSkipListSet<Long> acknowledged = new ConcurrentSkipListSet<>();

    private record Begun(long version, String color, RecordedWatch watch) {}

    @Test
    void tellsEveryWatchEveryLaterChangeOnceAndInOrder() throws Exception {
        long seed = System.nanoTime();
        System.err.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (TestCluster cluster = TestCluster.start(folder);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = cluster.list().resourceVersion();
            RecordedWatch all = cluster.watchAfter(start);
            List<Future<Integer>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                SplittableRandom own = random.split();
                writers.add(threads.submit(() -> write(cluster, own)));
            }
            List<Future<List<Begun>>> watchers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                SplittableRandom own = random.split();
                watchers.add(threads.submit(() -> joinAtRandom(cluster, own, writers)));
            }
            int written = 0;
            for (Future<Integer> writer : writers) {
                written += writer.get();
            }
            List<Begun> begun = new ArrayList<>();
            for (Future<List<Begun>> watcher : watchers) {
                begun.addAll(watcher.get());
            }
            all.awaitChanges(written);

            assertEquals(List.copyOf(acknowledged), all.versions(), "every acknowledged version, once, in order");
            assertTrue(begun.size() > 10, "watches joined: " + begun.size());
            for (Begun one : begun) {
                List<String> expected = seen(all, one.version(), one.color());
                one.watch().awaitChanges(expected.size());
                assertEquals(expected, one.watch().changes(), "after " + one.version() + " " + one.color());
            }
        }
    }

    /** Writes few names, so that writers meet; checks that it reads what it wrote. */
    private int write(TestCluster cluster, SplittableRandom random) {
        int changes = 0;
        for (int i = 0; i < WRITES; i++) {
            String name = "n" + random.nextInt(12);
            String color = COLORS.get(random.nextInt(2));
            long version = switch (random.nextInt(4)) {
                case 0 ->
                    versionOf(TestCluster.await(cluster.api.delete(
                            TestCluster.CALLER, TestCluster.key(name), dev.troupe.model.api.DeleteOptions.defaults())));
                case 1 -> versionOf(TestCluster.await(cluster.recoloring(name, color)));
                default ->
                    versionOf(TestCluster.await(cluster.api.create(
                            TestCluster.CALLER,
                            dev.troupe.actors.TestKinds.CONFIG_MAPS,
                            "default",
                            dev.troupe.actors.TestKinds.configMap(name, color),
                            dev.troupe.model.api.WriteOptions.internal())));
            };
            if (version > 0) {
                changes++;
                assertTrue(acknowledged.add(version), "version given twice: " + version);
                ObjectList list = cluster.list();
                assertTrue(list.resourceVersion() >= version, "a list is older than an acknowledged write");
                if (cluster.get(name) instanceof Outcome.Success<StoredObject> found) {
                    assertTrue(found.value().resourceVersion() >= version
                            || found.value().resourceVersion() == version);
                }
            }
        }
        return changes;
    }

    private static long versionOf(Outcome<WriteResult> outcome) {
        return switch (outcome) {
            case Outcome.Success<WriteResult> success ->
                success.value().effect() == WriteResult.Effect.UNCHANGED
                        ? 0
                        : success.value().object().resourceVersion();
            case Outcome.Failure<WriteResult> failure -> {
                assertTrue(failure.status().code() == 404 || failure.status().code() == 409, failure.toString());
                yield 0;
            }
        };
    }

    private List<Begun> joinAtRandom(TestCluster cluster, SplittableRandom random, List<Future<Integer>> writers) {
        List<Begun> begun = new ArrayList<>();
        while (!writers.stream().allMatch(Future::isDone) && begun.size() < 40) {
            List<Long> known = new ArrayList<>(acknowledged);
            long version = known.isEmpty() || random.nextBoolean()
                    ? cluster.list().resourceVersion()
                    : known.get(random.nextInt(known.size()));
            String color = random.nextBoolean() ? "" : COLORS.get(random.nextInt(2));
            RecordedWatch watch = cluster.watch(
                    new WatchRequest.Start.After(version),
                    color.isEmpty() ? FieldSelector.everything() : FieldSelector.equal("data.color", color));
            begun.add(new Begun(version, color, watch));
        }
        return begun;
    }

    /** What a watch must see, from the watch that saw everything. */
    private static List<String> seen(RecordedWatch all, long after, String color) {
        List<String> expected = new ArrayList<>();
        java.util.Map<String, String> colors = new java.util.HashMap<>();
        List<String> changes = all.changes();
        List<Long> versions = all.versions();
        for (int i = 0; i < changes.size(); i++) {
            String change = changes.get(i);
            String name = change.substring(1, change.indexOf('='));
            String now = change.charAt(0) == '-' ? "" : change.substring(change.indexOf('=') + 1);
            String before = colors.getOrDefault(name, "");
            colors.put(name, now);
            if (versions.get(i) > after) {
                if (color.isEmpty()) {
                    expected.add(change);
                } else if (now.equals(color)) {
                    expected.add((before.equals(color) ? "~" : "+") + name + "=" + now);
                } else if (before.equals(color)) {
                    expected.add("-" + name + "=" + before);
                }
            }
        }
        return Collections.unmodifiableList(expected);
    }

    @Test
    void sharesJournalWritesAmongConcurrentWriters() throws Exception {
        try (TestCluster cluster = TestCluster.start(folder);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int each = 100;
            for (int round = 0; round < 2; round++) {
                String prefix = "w" + round + "-";
                long begin = System.nanoTime();
                List<Callable<Integer>> writers = new ArrayList<>();
                for (int writer = 0; writer < 32; writer++) {
                    int own = writer;
                    writers.add(() -> {
                        for (int i = 0; i < each; i++) {
                            cluster.create(prefix + own + "-" + i, "red");
                        }
                        return each;
                    });
                }
                int written = 0;
                for (Future<Integer> done : threads.invokeAll(writers)) {
                    written += done.get();
                }
                double seconds = (System.nanoTime() - begin) / 1e9;
                System.err.printf("%d creates in %.2f s: %.0f/s%n", written, seconds, written / seconds);
            }
            assertEquals(6_400, cluster.list().items().size());
            long syncs = dev.troupe.persistence.embedded.EmbeddedStore.get(cluster.cluster.system())
                    .syncs();
            assertTrue(syncs < 6_400, "two records a write shared " + syncs + " syncs");
        }
    }
}
