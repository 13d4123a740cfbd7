package dev.troupe.model.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.ControllerWorld;
import dev.troupe.model.testkit.Pods;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaReconcilerTest {
    private final ControllerWorld world = new ControllerWorld();
    private final Pods nodes = new Pods(world);
    private final ReplicaReconciler reconciler = ReplicaReconciler.ofReplicaSets();

    private StoredObject replicaSet(int replicas) {
        return world.given("""
                {'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'web','namespace':'default'},
                 'spec':{'replicas':%d,'selector':{'matchLabels':{'app':'web'}},
                  'template':{'metadata':{'labels':{'app':'web','tier':'front'},'annotations':{'note':'n'}},
                   'spec':{'containers':[{'name':'c','image':'nginx'}]}}}}""".formatted(replicas));
    }

    private StoredObject pod(String name, String labels) {
        return world.given("""
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default','labels':%s},
                 'spec':{'containers':[{'name':'c','image':'nginx'}]}}""".formatted(name, labels));
    }

    private List<StoredObject> activePods() {
        return world.all(BuiltInTypes.PODS).stream()
                .filter(pod -> new PodView(pod).isActive())
                .toList();
    }

    private static Set<String> names(List<StoredObject> objects) {
        return objects.stream().map(object -> object.meta().name()).collect(Collectors.toSet());
    }

    private JsonNode status(StoredObject object) {
        return world.now(object).tree().path("status");
    }

    @Test
    void createsPodsOfItsTemplateWithItselfAsController() {
        StoredObject web = replicaSet(3);
        world.settle(reconciler, web.key());
        List<StoredObject> pods = activePods();
        assertEquals(3, pods.size());
        StoredObject pod = pods.get(0);
        assertTrue(pod.meta().name().startsWith("web-"));
        assertEquals("web-", Json.text(pod.tree(), "metadata", "generateName"));
        assertEquals("n", Json.text(pod.tree(), "metadata", "annotations", "note"));
        assertEquals("front", pod.meta().labels().get("tier"));
        JsonNode owner = pod.tree().path("metadata").path("ownerReferences").path(0);
        assertEquals(
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"web\",\"uid\":\""
                        + web.meta().uid() + "\",\"controller\":true,\"blockOwnerDeletion\":true}",
                owner.toString());
        assertEquals(
                pods.stream()
                        .map(created -> "Normal SuccessfulCreate Created pod: "
                                + created.meta().name())
                        .toList(),
                world.takeEvents());
    }

    @Test
    void reportsItsReplicasOfEachKind() {
        StoredObject web = replicaSet(4);
        world.settle(reconciler, web.key());
        List<StoredObject> pods = activePods();
        nodes.run(pods.get(0), true);
        nodes.run(pods.get(1), true);
        nodes.run(pods.get(2), false);
        world.change(
                pods.get(3), pod -> Json.objectAt(pod, "metadata", "labels").remove("tier"));
        world.settle(reconciler, web.key());
        assertEquals(
                Json.parseObject("{\"replicas\":4,\"fullyLabeledReplicas\":3,\"readyReplicas\":2,"
                        + "\"availableReplicas\":2,\"observedGeneration\":1}"),
                status(web));
    }

    @Test
    void countsAPodAsAvailableOnlyAfterMinReadySeconds() {
        StoredObject web = replicaSet(1);
        world.change(web, changed -> Json.objectAt(changed, "spec").put("minReadySeconds", 30));
        world.settle(reconciler, web.key());
        nodes.run(activePods().get(0), true);
        world.settle(reconciler, web.key());
        assertEquals(0, status(web).path("availableReplicas").asInt());
        Plan waiting = world.plan(reconciler, web.key());
        assertEquals(Optional.of(Duration.ofSeconds(30)), waiting.again());
        world.clock().advance(Duration.ofSeconds(30));
        world.settle(reconciler, web.key());
        assertEquals(1, status(web).path("availableReplicas").asInt());
        assertEquals(Optional.empty(), world.plan(reconciler, web.key()).again());
    }

    @Test
    void replacesPodsThatEndedOrAreBeingDeleted() {
        StoredObject web = replicaSet(3);
        world.settle(reconciler, web.key());
        List<StoredObject> pods = activePods();
        nodes.end(pods.get(0), "Failed");
        world.delete(nodes.schedule(pods.get(1), "n1"), DeleteOptions.defaults());
        world.settle(reconciler, web.key());
        assertEquals(3, activePods().size());
        assertEquals(5, world.all(BuiltInTypes.PODS).size());
    }

    @Test
    void adoptsMatchingOrphansAndReleasesPodsThatNoLongerMatch() {
        StoredObject orphan = pod("orphan", "{'app':'web'}");
        StoredObject stranger = pod("stranger", "{'app':'db'}");
        StoredObject web = replicaSet(2);
        world.settle(reconciler, web.key());
        assertEquals(
                web.meta().uid(),
                world.now(orphan).meta().controller().orElseThrow().uid());
        assertEquals(Optional.empty(), world.now(stranger).meta().controller());
        assertEquals(3, activePods().size());

        world.change(
                orphan, changed -> Json.objectAt(changed, "metadata", "labels").put("app", "debug"));
        world.settle(reconciler, web.key());
        assertEquals(List.of(), world.now(orphan).meta().ownerReferences());
        assertEquals(4, activePods().size());
    }

    @Test
    void leavesPodsOfOthersAlone() {
        StoredObject web = replicaSet(0);
        StoredObject foreign = world.given("""
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'foreign','namespace':'default','labels':{'app':'web'},
                  'ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'x','uid':'x','controller':true}]},
                 'spec':{'containers':[{'name':'c','image':'nginx'}]}}""");
        assertTrue(
                world.reconcile(reconciler, web.key()).steps().stream().noneMatch(PlanStep.Delete.class::isInstance));
        assertEquals("x", world.now(foreign).meta().controller().orElseThrow().uid());
    }

    @Test
    void neitherAdoptsNorCreatesOnceItsDeletionBegan() {
        StoredObject web = replicaSet(2);
        world.change(
                web,
                changed -> Json.objectAt(changed, "metadata")
                        .putArray("finalizers")
                        .add("example.com/hold"));
        world.delete(web, DeleteOptions.defaults());
        StoredObject orphan = pod("orphan", "{'app':'web'}");
        world.settle(reconciler, web.key());
        assertEquals(Set.of("orphan"), names(world.all(BuiltInTypes.PODS)));
        assertEquals(Optional.empty(), world.now(orphan).meta().controller());
    }

    @Test
    void doesNotAdoptForAnOwnerWhoseDeletionItsViewHasMissed() {
        StoredObject web = replicaSet(1);
        pod("orphan", "{'app':'web'}");
        Plan plan = world.plan(reconciler, web.key());
        assertEquals(
                new PlanStep.Require(web.key(), web.meta().uid(), PlanStep.Expectation.ACTIVE),
                plan.steps().get(0));
    }

    @Test
    void deletesInTheOrderOfLeastUse() {
        StoredObject web = replicaSet(0);
        List<String> order = new ArrayList<>();
        StoredObject steady = runningPod("steady", "n1", true, Duration.ofHours(10));
        StoredObject young = runningPod("young", "n2", true, Duration.ofMinutes(1));
        StoredObject crowded = runningPod("crowded-a", "n3", true, Duration.ofHours(10));
        runningPod("crowded-b", "n3", true, Duration.ofHours(9));
        StoredObject cheap = runningPod("cheap", "n4", true, Duration.ofHours(10));
        world.change(
                cheap,
                changed -> Json.objectAt(changed, "metadata", "annotations")
                        .put("controller.kubernetes.io/pod-deletion-cost", "-5"));
        runningPod("not-ready", "n5", false, Duration.ofHours(10));
        nodes.schedule(pod("pending", "{'app':'web'}"), "n6");
        pod("unassigned", "{'app':'web'}");
        for (StoredObject each : activePods()) {
            world.change(
                    each,
                    changed -> Json.objectAt(changed, "metadata")
                            .putArray("ownerReferences")
                            .add(dev.troupe.model.controller.object.Steps.controllerReference(web)));
        }
        for (int left = activePods().size() - 1; left >= 0; left--) {
            int keep = left;
            world.change(web, changed -> Json.objectAt(changed, "spec").put("replicas", keep));
            Set<String> before = names(activePods());
            world.settle(reconciler, web.key());
            before.removeAll(names(activePods()));
            assertEquals(1, before.size());
            order.addAll(before);
        }
        assertEquals(List.of("unassigned", "pending", "not-ready", "cheap"), order.subList(0, 4));
        assertTrue(order.get(4).startsWith("crowded"), order.toString());
        assertEquals("young", order.get(5));
        assertEquals(Set.of("steady", crowded.meta().name(), "crowded-b"), Set.copyOf(concat(order)));
        assertEquals(steady.meta().namespace(), young.meta().namespace());
    }

    private static List<String> concat(List<String> order) {
        List<String> rest = new ArrayList<>(order.subList(6, order.size()));
        rest.add(order.get(4));
        return rest;
    }

    private StoredObject runningPod(String name, String node, boolean ready, Duration age) {
        StoredObject bound = nodes.schedule(pod(name, "{'app':'web'}"), node);
        return nodes.run(bound, ready, world.clock().instant().minus(age));
    }

    @Test
    void surgesNoMoreThanTheBurst() {
        StoredObject web = replicaSet(ReplicaReconciler.BURST + 20);
        Plan plan = world.plan(reconciler, web.key());
        assertEquals(
                ReplicaReconciler.BURST,
                plan.steps().stream().filter(PlanStep.Create.class::isInstance).count());
        world.settle(reconciler, web.key());
        assertEquals(ReplicaReconciler.BURST + 20, activePods().size());
    }

    @Test
    void tellsOfARefusedCreationAndTakesItBackWhenDone() {
        StoredObject web = replicaSet(2);
        Status forbidden = Status.forbidden(BuiltInTypes.PODS.groupResource(), "web-x", "exceeded quota: q");
        world.refuse(create -> true, forbidden);
        world.reconcile(reconciler, web.key());
        world.reconcile(reconciler, web.key());
        JsonNode condition = status(web).path("conditions").path(0);
        assertEquals("ReplicaFailure", Json.text(condition, "type"));
        assertEquals("True", Json.text(condition, "status"));
        assertEquals("FailedCreate", Json.text(condition, "reason"));
        assertEquals("pods \"web-x\" is forbidden: exceeded quota: q", Json.text(condition, "message"));
        assertTrue(world.takeEvents()
                .contains("Warning FailedCreate Error creating: pods \"web-x\" is forbidden: exceeded quota: q"));
        long version = world.now(web).resourceVersion();
        world.reconcile(reconciler, web.key());
        assertEquals(version, world.now(web).resourceVersion(), "a failure told is not told again");

        world.refuseNothing();
        world.settle(reconciler, web.key());
        assertFalse(status(web).has("conditions"));
        assertEquals(2, activePods().size());
    }

    @Test
    void aPodConcernsItsControllerAndAnOrphanAllThatMatch() {
        StoredObject web = replicaSet(1);
        world.settle(reconciler, web.key());
        StoredObject owned = activePods().get(0);
        ObjectKey gone = BuiltInTypes.REPLICA_SETS.key("default", "web");
        assertEquals(
                Set.of(gone),
                Set.copyOf(
                        reconciler.affectedBy(new ObservedChange(Optional.of(owned), Optional.empty()), world.view())));
        StoredObject orphan = pod("orphan", "{'app':'web'}");
        assertEquals(
                Set.of(web.key()),
                Set.copyOf(reconciler.affectedBy(
                        new ObservedChange(Optional.empty(), Optional.of(orphan)), world.view())));
        assertEquals(
                Set.of(),
                Set.copyOf(reconciler.affectedBy(
                        new ObservedChange(Optional.of(orphan), Optional.of(nodes.run(orphan, true))), world.view())));
    }

    @Test
    void runsReplicationControllersJustSo() {
        StoredObject rc = world.given("""
                {'apiVersion':'v1','kind':'ReplicationController','metadata':{'name':'rc','namespace':'default'},
                 'spec':{'replicas':2,'selector':{'app':'rc'},
                  'template':{'metadata':{'labels':{'app':'rc'}},
                   'spec':{'containers':[{'name':'c','image':'nginx'}]}}}}""");
        ReplicaReconciler controllers = ReplicaReconciler.ofReplicationControllers();
        world.settle(controllers);
        assertEquals(2, activePods().size());
        assertEquals(2, status(rc).path("replicas").asInt());
        assertEquals(
                "ReplicationController",
                activePods().get(0).meta().controller().orElseThrow().kind());
        assertEquals(Set.of(), world.keys(reconciler));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsItsCountInAWorldWherePodsComeAndGo(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StoredObject web = replicaSet(random.nextInt(10));
        for (int step = 0; step < 150; step++) {
            List<StoredObject> pods = world.all(BuiltInTypes.PODS);
            int wanted = world.now(web).tree().path("spec").path("replicas").asInt();
            switch (random.nextInt(8)) {
                case 0 -> {
                    int replicas = random.nextInt(12);
                    world.change(web, changed -> Json.objectAt(changed, "spec").put("replicas", replicas));
                }
                case 1 ->
                    pods.stream()
                            .skip(random.nextInt(pods.size() + 1))
                            .findFirst()
                            .ifPresent(nodes::remove);
                case 2 ->
                    pods.stream()
                            .skip(random.nextInt(pods.size() + 1))
                            .findFirst()
                            .ifPresent(pod -> nodes.end(pod, random.nextBoolean() ? "Failed" : "Succeeded"));
                case 3 -> nodes.removeDeleted();
                case 4 -> world.clock().advance(Duration.ofSeconds(random.nextInt(100)));
                default -> {
                    int active = activePods().size();
                    world.reconcile(reconciler, web.key());
                    int after = activePods().size();
                    assertTrue(
                            after <= Math.max(active, wanted) && after >= Math.min(active, wanted),
                            "seed " + seed + ": from " + active + " to " + after + ", wanted " + wanted);
                }
            }
        }
        world.settle(reconciler, web.key());
        assertEquals(
                world.now(web).tree().path("spec").path("replicas").asInt(),
                activePods().size(),
                "seed " + seed);
        assertEquals(activePods().size(), status(web).path("replicas").asInt());
    }
}
