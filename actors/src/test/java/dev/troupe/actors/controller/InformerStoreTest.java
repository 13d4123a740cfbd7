package dev.troupe.actors.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.ApiView;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.model.testkit.TestClock;
import dev.troupe.model.testkit.TestKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InformerStoreTest {
    private static final GroupResource CONFIG_MAPS = BuiltInTypes.CONFIG_MAPS.groupResource();

    private final ResourceRegistry registry = TestKinds.registry();
    private final InMemoryResourceApi api = new InMemoryResourceApi(registry, new TestClock());
    private final ApiView truth = new ApiView(api, registry);
    private final InformerStore store = new InformerStore(List.of(BuiltInTypes.CONFIG_MAPS), java.time.Instant.EPOCH);
    private final ResourceInformer informer = store.informers().iterator().next();

    private ResourceInformer.Feed watch() {
        ResourceInformer.Feed feed = informer.begin(why -> {});
        api.watch(InMemoryResourceApi.admin(), WatchRequest.state(BuiltInTypes.CONFIG_MAPS), feed)
                .thenAccept(outcome -> feed.started(outcome.orThrow()));
        return feed;
    }

    private StoredObject configMap(String namespace, String name) {
        return api.given("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\",\"namespace\":\"" + namespace + "\"}}");
    }

    private StoredObject own(StoredObject object, String... uids) {
        ObjectNode changed = object.copy();
        ArrayNode owners = Json.objectAt(changed, "metadata").putArray("ownerReferences");
        for (int i = 0; i < uids.length; i++) {
            owners.addObject()
                    .put("apiVersion", "v1")
                    .put("kind", "Pod")
                    .put("name", uids[i])
                    .put("uid", uids[i])
                    .put("controller", i == 0);
        }
        return api.update(InMemoryResourceApi.admin(), object.key(), "", changed, WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow()
                .object();
    }

    private void delete(StoredObject object) {
        api.delete(InMemoryResourceApi.admin(), object.key(), DeleteOptions.defaults());
    }

    private static List<String> texts(List<StoredObject> objects) {
        return objects.stream().map(StoredObject::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void answersAsAScanOfTheTruthWould(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ResourceInformer.Feed feed = watch();
        for (int step = 0; step < 400; step++) {
            String namespace = random.nextBoolean() ? "a" : "a-b";
            String name = "m" + random.nextInt(6);
            Optional<StoredObject> present = api.find(BuiltInTypes.CONFIG_MAPS, namespace, name);
            switch (random.nextInt(5)) {
                case 0 -> present.ifPresent(this::delete);
                case 1 -> present.ifPresent(object -> own(object, "u" + random.nextInt(3), "v" + random.nextInt(3)));
                case 2 -> present.ifPresent(this::own);
                case 3 -> {
                    if (random.nextInt(10) == 0) {
                        feed.close();
                        present.ifPresent(this::delete);
                        feed = watch();
                    }
                }
                default -> {
                    if (present.isEmpty()) {
                        configMap(namespace, name);
                    }
                }
            }
            String message = "seed " + seed + " step " + step;
            for (String each : List.of("", "a", "a-b", "b")) {
                assertEquals(texts(truth.list(CONFIG_MAPS, each)), texts(store.list(CONFIG_MAPS, each)), message);
            }
            for (String each : List.of("a", "a-b")) {
                assertEquals(
                        texts(truth.uncontrolled(CONFIG_MAPS, each)),
                        texts(store.uncontrolled(CONFIG_MAPS, each)),
                        message);
            }
            for (String uid : List.of("u0", "u1", "u2", "v0", "v1")) {
                assertEquals(
                        texts(truth.controlledBy(CONFIG_MAPS, uid)),
                        texts(store.controlledBy(CONFIG_MAPS, uid)),
                        message);
                assertEquals(texts(truth.dependentsOf(uid)), texts(store.dependentsOf(uid)), message);
            }
        }
    }

    @Test
    void tellsOfEachObjectOnceHoweverManyItsChanges() {
        List<String> wakes = new ArrayList<>();
        ChangeBuffer buffer = new ChangeBuffer(() -> wakes.add("wake"));
        StoredObject kept = configMap("a", "kept");
        watch();
        store.subscribe(java.util.Set.of(CONFIG_MAPS), buffer);
        StoredObject owned = own(own(kept, "u1"), "u2");
        StoredObject brief = configMap("a", "brief");
        delete(brief);
        assertEquals(List.of("wake"), wakes);
        List<ChangeBuffer.Noted> changes = buffer.drain(10);
        assertEquals(2, changes.size());
        assertEquals(Optional.empty(), changes.get(0).change().before());
        assertEquals(owned.resourceVersion(), changes.get(0).resourceVersion());
        assertEquals("brief", changes.get(1).change().object().meta().name());
        assertEquals(Optional.empty(), changes.get(1).change().after(), "what came and went is told as gone");
        delete(owned);
        assertEquals(2, wakes.size());
        ChangeBuffer.Noted deletion = buffer.drain(10).get(0);
        assertTrue(deletion.resourceVersion() > owned.resourceVersion());
    }

    @Test
    void tellsWhatWasDeletedWhileNobodyWatched() {
        StoredObject lost = configMap("a", "lost");
        ResourceInformer.Feed feed = watch();
        ChangeBuffer buffer = new ChangeBuffer(() -> {});
        store.subscribe(java.util.Set.of(CONFIG_MAPS), buffer);
        buffer.drain(10);
        feed.close();
        delete(lost);
        StoredObject found = configMap("a", "found");
        watch();
        List<ChangeBuffer.Noted> changes = buffer.drain(10);
        assertEquals(
                List.of(found.key(), lost.key()),
                changes.stream().map(noted -> noted.change().key()).toList());
        assertEquals(
                List.of(found.key()),
                store.list(CONFIG_MAPS, "").stream().map(StoredObject::key).toList());
    }

    @Test
    void saysWhenAVersionHasBeenSeen() {
        CompletableFuture<Void> synced =
                store.synced(java.util.Set.of(CONFIG_MAPS)).toCompletableFuture();
        assertFalse(synced.isDone());
        watch();
        assertTrue(synced.isDone());
        StoredObject first = configMap("a", "first");
        CompletableFuture<Void> later =
                store.reaches(Map.of(CONFIG_MAPS, first.resourceVersion() + 1)).toCompletableFuture();
        assertTrue(store.reaches(Map.of(CONFIG_MAPS, first.resourceVersion()))
                .toCompletableFuture()
                .isDone());
        assertFalse(later.isDone());
        configMap("a", "second");
        assertTrue(later.isDone());
        assertTrue(
                store.reaches(Map.of(BuiltInTypes.PODS.groupResource(), Long.MAX_VALUE))
                        .toCompletableFuture()
                        .isDone(),
                "nobody observes pods here");
    }
}
