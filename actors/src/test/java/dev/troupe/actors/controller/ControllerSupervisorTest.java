package dev.troupe.actors.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.workload.ReplicaReconciler;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.model.testkit.TestClock;
import dev.troupe.model.testkit.TestKinds;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerSupervisorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ActorTestKit kit = ActorTestKit.create();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final ResourceRegistry registry = TestKinds.registry();
    private final TestClock clock = new TestClock();
    private final InMemoryResourceApi store = new InMemoryResourceApi(registry, clock);
    private final InterposedApi api =
            new InterposedApi(store, event -> later.schedule(event, 10, TimeUnit.MILLISECONDS));

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        later.shutdownNow();
    }

    private void start(Reconciler... reconcilers) {
        IdGenerator ids = new IdGenerator() {
            private final AtomicInteger last = new AtomicInteger();

            @Override
            public String uid() {
                return "audit-" + last.incrementAndGet();
            }

            @Override
            public String nameSuffix() {
                return "bcdfg";
            }
        };
        ControllerSettings settings = new ControllerSettings(
                5, 100, Duration.ofMillis(5), Duration.ofMillis(200), Duration.ofSeconds(5), 100);
        kit.spawn(ControllerSupervisor.create(
                new ControllerRuntime(api, registry, clock, ids, () -> 0.5, settings, Optional.empty()),
                List.of(reconcilers),
                List.of()));
    }

    private void await(String what, BooleanSupplier condition) {
        kit.createTestProbe().awaitAssert(PATIENCE, () -> {
            assertTrue(condition.getAsBoolean(), what);
            return what;
        });
    }

    private StoredObject replicaSet(String name, int replicas) {
        return store.given("""
                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"%s","namespace":"default"},
                 "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"%s"}},
                  "template":{"metadata":{"labels":{"app":"%s"}},
                   "spec":{"containers":[{"name":"c","image":"nginx"}]}}}}""".formatted(name, replicas, name, name));
    }

    private int pods() {
        return store.all(BuiltInTypes.PODS).size();
    }

    private boolean reports(String name, int replicas) {
        StoredObject set =
                store.find(BuiltInTypes.REPLICA_SETS, "default", name).orElseThrow();
        return Json.integer(set.tree(), -1, "status", "replicas") == replicas;
    }

    private void scale(String name, int replicas) {
        StoredObject set =
                store.find(BuiltInTypes.REPLICA_SETS, "default", name).orElseThrow();
        ObjectNode changed = set.copy();
        changed.withObject("spec").put("replicas", replicas);
        store.update(InMemoryResourceApi.admin(), set.key(), "", changed, WriteOptions.internal());
    }

    private long created() {
        return api.creations().stream()
                .filter(creation -> creation.type().equals(BuiltInTypes.PODS))
                .count();
    }

    @Test
    void neverActsOnAViewOlderThanItsOwnWrites() {
        start(ReplicaReconciler.ofReplicaSets());
        for (int i = 0; i < 8; i++) {
            replicaSet("web-" + i, 7);
        }
        for (int i = 0; i < 8; i++) {
            String name = "web-" + i;
            await(name + " reports its pods", () -> reports(name, 7));
        }
        assertEquals(56, pods());
        assertEquals(56, created(), "no pod was created twice");
    }

    @Test
    void actsUnderItsOwnIdentityAndNamesTheChangeThatMovedIt() {
        StoredObject web = replicaSet("web", 1);
        start(ReplicaReconciler.ofReplicaSets());
        await("the pod", () -> pods() == 1);
        InterposedApi.Creation creation = api.creations().get(0);
        assertEquals(
                "system:serviceaccount:kube-system:replicaset-controller",
                creation.caller().user().name());
        assertEquals(web.key(), creation.caller().cause().orElseThrow().object());
        assertEquals(
                web.resourceVersion(), creation.caller().cause().orElseThrow().resourceVersion());
    }

    @Test
    void goesOnAfterEndedWatchesAndSeesWhatWasMissed() {
        replicaSet("web", 2);
        start(ReplicaReconciler.ofReplicaSets());
        await("two pods", () -> pods() == 2 && reports("web", 2));
        api.endWatches();
        StoredObject lost = store.all(BuiltInTypes.PODS).get(0);
        store.delete(InMemoryResourceApi.admin(), lost.key(), DeleteOptions.defaults());
        scale("web", 3);
        await("three pods", () -> pods() == 3 && reports("web", 3));
        assertTrue(api.watches() >= 4);
        assertEquals(
                Optional.empty(),
                store.find(BuiltInTypes.PODS, "default", lost.meta().name()));
    }

    @Test
    void triesARefusedCreationAgainAndTellsOfIt() {
        api.refuseCreations(
                Optional.of(Status.forbidden(BuiltInTypes.PODS.groupResource(), "web-x", "exceeded quota: q")));
        replicaSet("web", 3);
        start(ReplicaReconciler.ofReplicaSets());
        await(
                "the failure's condition",
                () -> Json.text(
                                store.find(BuiltInTypes.REPLICA_SETS, "default", "web")
                                        .orElseThrow()
                                        .tree()
                                        .path("status")
                                        .path("conditions")
                                        .path(0),
                                "reason")
                        .equals("FailedCreate"));
        await(
                "the failure's Event, counted",
                () -> store.all(BuiltInTypes.EVENTS).stream()
                        .anyMatch(event -> Json.integer(event.tree(), 0, "count") > 1));
        assertEquals(1, store.all(BuiltInTypes.EVENTS).size(), "the same Event is one object");
        assertEquals(0, pods());
        api.refuseCreations(Optional.empty());
        await("three pods", () -> pods() == 3 && reports("web", 3));
        await(
                "the condition is gone",
                () -> !store.find(BuiltInTypes.REPLICA_SETS, "default", "web")
                        .orElseThrow()
                        .tree()
                        .path("status")
                        .has("conditions"));
        await(
                "Events of the pods",
                () -> store.all(BuiltInTypes.EVENTS).stream()
                                .filter(event ->
                                        Json.text(event.tree(), "reason").equals("SuccessfulCreate"))
                                .count()
                        == 3);
    }

    @Test
    void stopsWritingWhenThereIsNothingToDo() {
        replicaSet("web", 2);
        start(ReplicaReconciler.ofReplicaSets());
        await("two pods", () -> pods() == 2 && reports("web", 2));
        long version = store.find(BuiltInTypes.REPLICA_SETS, "default", "web")
                .orElseThrow()
                .resourceVersion();
        // A later change that reaches the shell after everything before it.
        replicaSet("probe", 1);
        await("the probe", () -> pods() == 3 && reports("probe", 1));
        assertEquals(
                version,
                store.find(BuiltInTypes.REPLICA_SETS, "default", "web")
                        .orElseThrow()
                        .resourceVersion());
        assertEquals(3, created());
    }

    @Test
    void survivesAReconcilerThatThrows() {
        AtomicInteger calls = new AtomicInteger();
        Reconciler sets = ReplicaReconciler.ofReplicaSets();
        Reconciler faulty = new Reconciler() {
            @Override
            public String name() {
                return "faulty-controller";
            }

            @Override
            public Set<GroupResource> resources() {
                return sets.resources();
            }

            @Override
            public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
                return sets.affectedBy(change, view);
            }

            @Override
            public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
                if (key.name().name().equals("bad") && calls.incrementAndGet() < 4) {
                    throw new IllegalStateException("planted");
                }
                return sets.reconcile(key, view, now);
            }
        };
        replicaSet("bad", 1);
        replicaSet("good", 1);
        start(faulty);
        await("both are served", () -> pods() == 2 && reports("good", 1) && reports("bad", 1));
        assertTrue(calls.get() >= 4);
        assertFalse(api.creations().isEmpty());
    }
}
