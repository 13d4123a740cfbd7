package dev.troupe.actors.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.actors.TestKinds;
import dev.troupe.actors.sequencer.Publication;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The window's bounds, older states, and removals that nobody sees. */
final class WatchCacheTest {
    private static final int WINDOW = 20;

    private final WatchCache cache = newCache(WINDOW, 1 << 20);

    private static WatchCache newCache(int events, long bytes) {
        WatchCache cache = new WatchCache(
                new TestKinds.Plain(TestKinds.CONFIG_MAPS),
                new CacheSettings(events, bytes, 100, Duration.ofMinutes(1), Duration.ofSeconds(1)),
                InstantSource.system());
        cache.reset(new CacheView(1, SortedObjects.EMPTY));
        return cache;
    }

    private static Publication put(long version, String name, String color) {
        var object = TestKinds.configMap(name, color);
        object.withObject("metadata").put("namespace", "default");
        return new Publication(
                version, new NamespacedName("default", name), version, false, StoredObject.encodeUnversioned(object));
    }

    private static Publication remove(long version, String name) {
        return new Publication(version, new NamespacedName("default", name), version, true, new byte[0]);
    }

    /** Keeps what it is told. */
    private static final class Recorder implements WatchObserver {
        final List<WatchEvent> events = new ArrayList<>();
        Optional<Status> end = Optional.empty();

        @Override
        public void next(List<WatchEvent> more) {
            events.addAll(more);
        }

        @Override
        public void ended(Optional<Status> why) {
            end = why;
        }
    }

    private static Outcome<WatchSubscription> watch(WatchCache cache, long after, WatchObserver observer) {
        return cache.watch(
                new WatchRequest(
                        TestKinds.CONFIG_MAPS,
                        "",
                        LabelSelector.everything(),
                        FieldSelector.everything(),
                        new WatchRequest.Start.After(after),
                        false),
                observer);
    }

    @Test
    void refusesAWatchFromBeforeTheWindow() {
        for (int version = 2; version <= WINDOW + 11; version++) {
            cache.apply(List.of(put(version, "a" + version, "red")));
        }
        Recorder recorder = new Recorder();

        assertEquals(
                "too old resource version: 10 (11)",
                ((Outcome.Failure<WatchSubscription>) watch(cache, 10, recorder))
                        .status()
                        .message());
        assertTrue(recorder.events.isEmpty());

        watch(cache, 11, recorder).orThrow();
        assertEquals(WINDOW, recorder.events.size());
    }

    @Test
    void boundsTheWindowByBytes() {
        WatchCache small = newCache(1_000, 10_000);
        for (int version = 2; version <= 100; version++) {
            small.apply(List.of(put(version, "a", "x".repeat(1_000))));
        }
        assertTrue(small.viewAt(90).isEmpty());
        assertTrue(small.viewAt(96).isPresent());
    }

    @Test
    void showsEveryStateInTheWindowAsItWas() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        WatchCache wide = newCache(10_000, 1 << 30);
        Map<String, String> model = new TreeMap<>();
        Map<Long, Map<String, String>> states = new HashMap<>();
        for (long version = 2; version < 500; version++) {
            String name = "n" + random.nextInt(20);
            if (random.nextInt(3) == 0) {
                wide.apply(List.of(remove(version, name)));
                model.remove(name);
            } else {
                wide.apply(List.of(put(version, name, "c" + version)));
                model.put(name, "c" + version);
            }
            states.put(version, new TreeMap<>(model));
        }
        states.forEach((version, state) -> {
            Map<String, String> seen = new TreeMap<>();
            wide.viewAt(version)
                    .orElseThrow()
                    .objects()
                    .all()
                    .forEach(object -> seen.put(
                            object.meta().name(),
                            object.tree().at("/data/color").asText()));
            assertEquals(state, seen, "version " + version + " seed " + seed);
        });
    }

    @Test
    void tellsNobodyOfARemovalOfWhatIsNotThere() {
        Recorder recorder = new Recorder();
        watch(cache, 1, recorder).orThrow();

        cache.apply(List.of(remove(2, "a")));

        assertTrue(recorder.events.isEmpty());
        assertEquals(2, cache.view().version());
    }

    @Test
    void appliesNothingOutOfOrder() {
        cache.apply(List.of(put(5, "a", "red")));

        assertThrows(IllegalStateException.class, () -> cache.apply(List.of(put(5, "b", "red"))));
        assertEquals(1, cache.view().objects().size());
    }

    @Test
    void endsWatchesWhenItMustLoadAgain() {
        Recorder recorder = new Recorder();
        watch(cache, 1, recorder).orThrow();

        cache.reset(new CacheView(50, SortedObjects.EMPTY));

        assertEquals(410, recorder.end.orElseThrow().code());
        assertEquals(0, cache.watchCount());
    }

    @Test
    void keepsOtherWatchesWhenAnObserverFails() {
        Recorder recorder = new Recorder();
        watch(cache, 1, new WatchObserver() {
                    @Override
                    public void next(List<WatchEvent> events) {
                        throw new IllegalStateException("a broken observer");
                    }

                    @Override
                    public void ended(Optional<Status> why) {}
                })
                .orThrow();
        watch(cache, 1, recorder).orThrow();

        cache.apply(List.of(put(2, "a", "red")));
        cache.apply(List.of(put(3, "a", "blue")));

        assertEquals(2, recorder.events.size());
        assertEquals(1, cache.watchCount());
    }

    @Test
    void wakesWhoWaitsForAVersion() {
        var reached = cache.await(7, 60_000).toCompletableFuture();
        var never = cache.await(100, 1).toCompletableFuture();
        assertFalse(reached.isDone());

        cache.apply(List.of(put(8, "a", "red")));

        assertTrue(reached.join());
        assertFalse(never.join());
    }
}
