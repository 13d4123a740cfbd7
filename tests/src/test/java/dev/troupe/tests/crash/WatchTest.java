package dev.troupe.tests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.tests.check.Content;
import dev.troupe.tests.check.Truth;
import dev.troupe.tests.check.WatchChecker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Watchers follow thousands of changes while the server is killed and started again. {@code -Dtroupe.watch.changes=N},
 * {@code troupe.watch.watchers}, {@code troupe.watch.restarts} and {@code troupe.watch.seed} make it bigger or the same.
 */
class WatchTest {
    private static final int CHANGES = Integer.getInteger("troupe.watch.changes", 1_500);
    private static final int WATCHERS = Integer.getInteger("troupe.watch.watchers", 20);
    private static final int RESTARTS = Integer.getInteger("troupe.watch.restarts", 2);
    private static final long SEED = Long.getLong("troupe.watch.seed", System.nanoTime());

    private static final int WRITERS = 4;
    private static final int OBJECTS = 40;
    private static final String LAST = "the-last-object";
    private static final String EVEN = "parity=even";

    /** A restart is no reason to list again. */
    private static final int EXPIRIES = 0;

    @TempDir
    private Path data;

    private final AtomicInteger changes = new AtomicInteger();

    /** How much is done. */
    private record Scale(int changes, int watchers, int restarts) {}

    @Test
    void seesEveryChangeOnceAndInOrderAcrossRestarts() throws Exception {
        watchAcrossRestarts(new Scale(CHANGES, WATCHERS, RESTARTS));
    }

    @Test
    void seesEveryChangeOnPekkosLeveldbPluginToo() throws Exception {
        watchAcrossRestarts(new Scale(300, 6, 1), "--journal", "leveldb");
    }

    private void watchAcrossRestarts(Scale scale, String... options) throws Exception {
        System.out.println("troupe.watch.seed=" + SEED + " " + scale);
        SplittableRandom random = new SplittableRandom(SEED);
        List<WatchingClient> watchers = watchers(scale.watchers());
        try (Servers servers = new Servers(data, options);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Shape.makeRoom(servers.current());
            List<Future<?>> watching = new ArrayList<>();
            watchers.forEach(watcher -> watching.add(threads.submit(() -> watcher.watchUntil(LAST, servers))));
            List<Future<?>> writing = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                SplittableRandom own = random.split();
                writing.add(threads.submit(() -> write(number, servers, own, scale.changes())));
            }
            for (int restart = 1; restart <= scale.restarts(); restart++) {
                int due = restart * scale.changes() / (scale.restarts() + 1);
                awaitChanges(due, writing);
                servers.replace();
            }
            await(writing);
            put(servers, 0, "POST", Shape.CONFIG_MAP.collection(), configMap(LAST, "end", true));
            await(watching);
            servers.terminate();
        }
        check(watchers, scale.changes());
    }

    private static List<WatchingClient> watchers(int count) {
        List<WatchingClient> watchers = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            String selector = number % 5 == 4 ? EVEN : "";
            int timeout = number % 3 == 2 ? 1 + number % 4 : 0;
            watchers.add(new WatchingClient(number, Shape.CONFIG_MAP, selector, timeout, WatchTest::told));
        }
        return watchers;
    }

    /** Short, but different for objects that differ in anything. */
    private static String told(Shape shape, ObjectNode object) {
        int hash = java.util.Arrays.hashCode(StoredObject.encodeUnversioned(object));
        String parity = Json.text(object, "metadata", "labels", "parity");
        return parity + " " + shape.content(object).value() + " " + Integer.toHexString(hash);
    }

    private static ObjectNode configMap(String name, String value, boolean even) {
        ObjectNode object = Shape.CONFIG_MAP.fresh(name, new Content(value, ""));
        object.withObject("/metadata/labels").put("parity", even ? "even" : "odd");
        return object;
    }

    private void write(int number, Servers servers, SplittableRandom random, int most) {
        while (changes.get() < most) {
            String name = "object-" + random.nextInt(OBJECTS);
            ObjectNode object = configMap(name, Long.toString(random.nextLong(), 36), random.nextBoolean());
            String path = Shape.CONFIG_MAP.path(name);
            boolean done = switch (random.nextInt(6)) {
                case 0 -> put(servers, number, "DELETE", path, Json.object());
                case 1 -> put(servers, number, "POST", Shape.CONFIG_MAP.collection(), object);
                default -> put(servers, number, "PUT", path, object);
            };
            if (!done) {
                done = put(servers, number, "POST", Shape.CONFIG_MAP.collection(), object);
            }
            if (done) {
                changes.incrementAndGet();
            }
        }
    }

    private static boolean put(Servers servers, int number, String method, String path, ObjectNode object) {
        ApiConnection api = servers.current();
        try {
            int status = api.send(number, method, path, "application/json", Json.bytes(object))
                    .status();
            return status < 300;
        } catch (IOException e) {
            servers.awaitOtherThan(api, e);
            return false;
        }
    }

    private void awaitChanges(int due, List<Future<?>> writing) throws Exception {
        while (changes.get() < due) {
            for (Future<?> writer : writing) {
                if (writer.isDone()) {
                    writer.get();
                }
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void await(List<Future<?>> tasks) throws InterruptedException, ExecutionException, TimeoutException {
        for (Future<?> task : tasks) {
            task.get(10, TimeUnit.MINUTES);
        }
    }

    private void check(List<WatchingClient> watchers, int least) {
        Truth truth = JournalTruth.read(data, Shape.CONFIG_MAP, WatchTest::told);
        assertTrue(truth.size() >= least, () -> "only " + truth.size() + " changes are in the journal");
        Truth even = truth.where(content -> content.startsWith("even"));
        for (WatchingClient watcher : watchers) {
            WatchChecker.check(
                            watcher.name(),
                            watcher.sights(),
                            watcher.selects() ? even : truth,
                            truth.lastVersion(),
                            EXPIRIES)
                    .orThrow();
        }
    }
}
