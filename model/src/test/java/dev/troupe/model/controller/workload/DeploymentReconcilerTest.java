package dev.troupe.model.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.ControllerWorld;
import dev.troupe.model.testkit.Pods;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentReconcilerTest {
    private final ControllerWorld world = new ControllerWorld();
    private final Pods nodes = new Pods(world);
    private final DeploymentReconciler deployments = new DeploymentReconciler();
    private final ReplicaReconciler replicaSets = ReplicaReconciler.ofReplicaSets();

    private StoredObject deployment(int replicas, String more) {
        return world.given("""
                {'apiVersion':'apps/v1','kind':'Deployment',
                 'metadata':{'name':'web','namespace':'default','annotations':{'team':'shop'}},
                 'spec':{'replicas':%d,'selector':{'matchLabels':{'app':'web'}}%s,
                  'template':{'metadata':{'labels':{'app':'web'}},
                   'spec':{'containers':[{'name':'c','image':'nginx:1'}]}}}}""".formatted(replicas, more));
    }

    private void setImage(StoredObject web, String image) {
        world.change(
                web,
                changed -> ((ObjectNode) changed.path("spec")
                                .path("template")
                                .path("spec")
                                .path("containers")
                                .path(0))
                        .put("image", image));
        world.clock().advance(Duration.ofSeconds(1));
    }

    private void scale(StoredObject web, int replicas) {
        world.change(web, changed -> Json.objectAt(changed, "spec").put("replicas", replicas));
    }

    private void pause(StoredObject web, boolean paused) {
        world.change(web, changed -> Json.objectAt(changed, "spec").put("paused", paused));
    }

    private List<StoredObject> sets() {
        return world.all(BuiltInTypes.REPLICA_SETS).stream()
                .sorted(Comparator.comparing(set -> set.meta().creationTimestamp()))
                .toList();
    }

    private List<Integer> sizes() {
        return sets().stream()
                .map(set -> set.tree().path("spec").path("replicas").asInt())
                .toList();
    }

    private JsonNode status(StoredObject web) {
        return world.now(web).tree().path("status");
    }

    private String reason(StoredObject web, String type) {
        return Conditions.find(status(web), type)
                .map(condition -> Json.text(condition, "status") + " " + Json.text(condition, "reason"))
                .orElse("");
    }

    private String message(StoredObject web, String type) {
        return Conditions.find(status(web), type)
                .map(condition -> Json.text(condition, "message"))
                .orElse("");
    }

    private static String annotation(StoredObject object, String key) {
        return Json.text(object.tree(), "metadata", "annotations", "deployment.kubernetes.io/" + key);
    }

    /** Nodes start all pods and end those being deleted; controllers do all they can, until nothing moves. */
    private void live() {
        for (int round = 0; round < 100; round++) {
            world.settle(deployments, replicaSets);
            List<StoredObject> waiting = world.all(BuiltInTypes.PODS).stream()
                    .filter(pod -> pod.meta().isDeleting() || !new PodView(pod).isReady())
                    .toList();
            if (waiting.isEmpty()) {
                return;
            }
            waiting.forEach(pod -> {
                if (pod.meta().isDeleting()) {
                    nodes.remove(pod);
                } else {
                    nodes.run(pod, true);
                }
            });
        }
        throw new AssertionError("the rollout does not end");
    }

    @Test
    void createsAReplicaSetOfItsTemplateAndRevisionOne() {
        StoredObject web = deployment(3, "");
        world.reconcile(deployments, web.key());
        StoredObject set = sets().get(0);
        String hash = set.meta().labels().get("pod-template-hash");
        assertEquals("web-" + hash, set.meta().name());
        assertEquals("web", set.meta().labels().get("app"));
        assertEquals(web.meta().uid(), set.meta().controller().orElseThrow().uid());
        assertEquals(hash, Json.text(set.tree(), "spec", "selector", "matchLabels", "pod-template-hash"));
        assertEquals(hash, Json.text(set.tree(), "spec", "template", "metadata", "labels", "pod-template-hash"));
        assertEquals(3, sizes().get(0));
        assertEquals("1", annotation(set, "revision"));
        assertEquals("3", annotation(set, "desired-replicas"));
        assertEquals("4", annotation(set, "max-replicas"));
        assertEquals("shop", Json.text(set.tree(), "metadata", "annotations", "team"));
        assertEquals("1", annotation(world.now(web), "revision"));
        assertEquals("True NewReplicaSetCreated", reason(web, "Progressing"));
        assertEquals("Created new replica set \"" + set.meta().name() + "\"", message(web, "Progressing"));
        assertEquals("False MinimumReplicasUnavailable", reason(web, "Available"));
        assertEquals(
                List.of("Normal ScalingReplicaSet Scaled up replica set "
                        + set.meta().name() + " from 0 to 3"),
                world.takeEvents());
    }

    @Test
    void reportsWhenAllIsDone() {
        StoredObject web = deployment(2, "");
        live();
        assertEquals(
                Json.parseObject("{\"observedGeneration\":1,\"replicas\":2,\"updatedReplicas\":2,\"readyReplicas\":2,"
                        + "\"availableReplicas\":2}"),
                ((ObjectNode) status(web).deepCopy()).without("conditions"));
        assertEquals("True MinimumReplicasAvailable", reason(web, "Available"));
        assertEquals("Deployment has minimum availability.", message(web, "Available"));
        assertEquals("True NewReplicaSetAvailable", reason(web, "Progressing"));
        assertEquals(
                "ReplicaSet \"" + sets().get(0).meta().name() + "\" has successfully progressed.",
                message(web, "Progressing"));
        assertEquals(Optional.empty(), world.plan(deployments, web.key()).again());
    }

    @Test
    void rollsToANewTemplateInStepsOfSurgeAndUnavailable() {
        StoredObject web = deployment(4, "");
        live();
        world.takeEvents();
        setImage(web, "nginx:2");
        world.reconcile(deployments, web.key());
        assertEquals(List.of(3, 1), sizes(), "25 % of 4: one more, and one of the old may go");
        assertEquals("2", annotation(world.now(web), "revision"));
        world.settle(deployments, replicaSets);
        assertEquals("True ReplicaSetUpdated", reason(web, "Progressing"));
        live();
        assertEquals(List.of(0, 4), sizes());
        List<String> scalings = world.takeEvents().stream()
                .filter(event -> event.contains("ScalingReplicaSet"))
                .toList();
        String older = sets().get(0).meta().name();
        assertTrue(scalings.contains("Normal ScalingReplicaSet Scaled down replica set " + older + " from 4 to 3"));
    }

    @Test
    void undoMakesAnOldRevisionTheNewestAgain() {
        StoredObject web = deployment(2, "");
        live();
        setImage(web, "nginx:2");
        live();
        setImage(web, "nginx:3");
        live();
        setImage(web, "nginx:1");
        live();
        assertEquals(
                List.of("4", "2", "3"),
                sets().stream().map(set -> annotation(set, "revision")).toList());
        assertEquals("1", annotation(sets().get(0), "revision-history"));
        assertEquals("4", annotation(world.now(web), "revision"));
        assertEquals(List.of(2, 0, 0), sizes());
        setImage(web, "nginx:2");
        live();
        setImage(web, "nginx:1");
        live();
        assertEquals("1,4", annotation(sets().get(0), "revision-history"));
        assertEquals("6", annotation(world.now(web), "revision"));
    }

    @Test
    void keepsNoMoreOldRevisionsThanItsLimit() {
        StoredObject web = deployment(1, ",'revisionHistoryLimit':2");
        for (int version = 2; version <= 6; version++) {
            live();
            setImage(web, "nginx:" + version);
        }
        live();
        assertEquals(
                List.of("4", "5", "6"),
                sets().stream().map(set -> annotation(set, "revision")).toList());
    }

    @Test
    void recreateStartsOnlyAfterTheLastOldPodEnded() {
        StoredObject web = deployment(2, ",'strategy':{'type':'Recreate'}");
        live();
        world.all(BuiltInTypes.PODS).forEach(pod -> nodes.schedule(pod, "n1"));
        setImage(web, "nginx:2");
        world.settle(deployments, replicaSets);
        assertEquals(List.of(0), sizes());
        List<StoredObject> ending = world.all(BuiltInTypes.PODS);
        assertEquals(2, ending.size(), "they take their time to end");
        nodes.remove(ending.get(0));
        world.settle(deployments, replicaSets);
        assertEquals(1, sets().size());
        nodes.remove(ending.get(1));
        assertEquals(
                Set.of(web.key()),
                Set.copyOf(deployments.affectedBy(
                        new ObservedChange(Optional.of(ending.get(1)), Optional.empty()), world.view())));
        live();
        assertEquals(List.of(0, 2), sizes());
        assertEquals("True NewReplicaSetAvailable", reason(web, "Progressing"));
    }

    @Test
    void aPauseHoldsTheRolloutAndNotTheScaling() {
        StoredObject web = deployment(2, "");
        live();
        pause(web, true);
        setImage(web, "nginx:2");
        scale(web, 5);
        live();
        assertEquals(List.of(5), sizes());
        assertEquals("Unknown DeploymentPaused", reason(web, "Progressing"));
        assertEquals("Deployment is paused", message(web, "Progressing"));
        pause(web, false);
        world.reconcile(deployments, web.key());
        assertEquals(2, sets().size());
        live();
        assertEquals(List.of(0, 5), sizes());
        assertEquals("True NewReplicaSetAvailable", reason(web, "Progressing"));
    }

    @Test
    void aResumedPauseIsTold() {
        StoredObject web = deployment(1, "");
        world.settle(deployments, replicaSets);
        pause(web, true);
        world.settle(deployments, replicaSets);
        pause(web, false);
        world.settle(deployments, replicaSets);
        assertEquals("Unknown DeploymentResumed", reason(web, "Progressing"));
    }

    @ParameterizedTest
    @CsvSource({
        // replicas before and after, surge; sizes of the old and the new in mid-rollout, before and after
        "10, 15, 3, 8, 5, 11, 7",
        "10, 5, 3, 8, 5, 5, 3",
        "10, 20, 0, 8, 2, 16, 4",
        "10, 0, 3, 8, 5, 0, 0",
    })
    void scalesInProportionAmidARollout(
            int before, int after, int surge, int old, int fresh, int oldThen, int freshThen) {
        StoredObject web =
                deployment(before, ",'strategy':{'rollingUpdate':{'maxSurge':%d,'maxUnavailable':2}}".formatted(surge));
        live();
        setImage(web, "nginx:2");
        world.reconcile(deployments, web.key());
        List<StoredObject> sets = sets();
        resize(sets.get(0), old);
        resize(sets.get(1), fresh);
        scale(web, after);
        world.reconcile(deployments, web.key());
        assertEquals(List.of(oldThen, freshThen), sizes());
    }

    private void resize(StoredObject set, int size) {
        world.change(set, changed -> Json.objectAt(changed, "spec").put("replicas", size));
    }

    @Test
    void cleansUpUnhealthyOldPodsFirst() {
        StoredObject web = deployment(4, ",'strategy':{'rollingUpdate':{'maxSurge':0,'maxUnavailable':2}}");
        live();
        setImage(web, "broken");
        world.settle(deployments, replicaSets);
        assertEquals(List.of(2, 2), sizes(), "the broken ones never get ready");
        setImage(web, "nginx:3");
        world.settle(deployments, replicaSets);
        assertEquals(List.of(2, 0, 2), sizes(), "the broken ones made room");
        live();
        assertEquals(List.of(0, 0, 4), sizes());
    }

    @Test
    void saysWhenItDoesNotProgressInTime() {
        StoredObject web = deployment(1, ",'progressDeadlineSeconds':60");
        world.settle(deployments, replicaSets);
        Plan waiting = world.plan(deployments, web.key());
        assertTrue(waiting.again().orElseThrow().compareTo(Duration.ofSeconds(62)) <= 0);
        world.clock().advance(waiting.again().orElseThrow());
        world.settle(deployments, replicaSets);
        assertEquals("False ProgressDeadlineExceeded", reason(web, "Progressing"));
        assertEquals(
                "ReplicaSet \"" + sets().get(0).meta().name() + "\" has timed out progressing.",
                message(web, "Progressing"));
        assertEquals(Optional.empty(), world.plan(deployments, web.key()).again());
        live();
        assertEquals("True NewReplicaSetAvailable", reason(web, "Progressing"));
    }

    @Test
    void promotesAReplicaSetsFailure() {
        StoredObject web = deployment(1, "");
        world.refuse(
                create -> create.type().equals(BuiltInTypes.PODS),
                Status.forbidden(BuiltInTypes.PODS.groupResource(), "x", "exceeded quota: q"));
        for (int i = 0; i < 4; i++) {
            world.keys(replicaSets).forEach(key -> world.reconcile(replicaSets, key));
            world.reconcile(deployments, web.key());
        }
        assertEquals("True FailedCreate", reason(web, "ReplicaFailure"));
        assertEquals("pods \"x\" is forbidden: exceeded quota: q", message(web, "ReplicaFailure"));
        world.refuseNothing();
        live();
        assertEquals("", reason(web, "ReplicaFailure"));
    }

    @Test
    void saysThatItCannotCreateAReplicaSet() {
        StoredObject web = deployment(1, "");
        world.refuse(
                create -> create.type().equals(BuiltInTypes.REPLICA_SETS),
                Status.forbidden(BuiltInTypes.REPLICA_SETS.groupResource(), "web-x", "exceeded quota: q"));
        world.reconcile(deployments, web.key());
        world.reconcile(deployments, web.key());
        String why = "Failed to create new replica set \"" + Revisions.nameOfNew(web)
                + "\": replicasets.apps \"web-x\" is forbidden: exceeded quota: q";
        assertEquals("False ReplicaSetCreateError", reason(web, "Progressing"));
        assertEquals(why, message(web, "Progressing"));
        assertTrue(world.takeEvents().contains("Warning ReplicaSetCreateError " + why));
        world.refuseNothing();
        live();
        assertEquals("True NewReplicaSetAvailable", reason(web, "Progressing"));
    }

    @Test
    void takesAnotherNameWhenItsOwnIsTaken() {
        StoredObject web = deployment(1, "");
        world.given("""
                {'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'%s','namespace':'default'},
                 'spec':{'replicas':0,'selector':{'matchLabels':{'app':'other'}},
                  'template':{'metadata':{'labels':{'app':'other'}},
                   'spec':{'containers':[{'name':'c','image':'x'}]}}}}""".formatted(Revisions.nameOfNew(web)));
        world.reconcile(deployments, web.key());
        assertEquals(1, status(web).path("collisionCount").asInt());
        live();
        assertEquals(2, sets().size());
        assertEquals("True NewReplicaSetAvailable", reason(web, "Progressing"));
    }

    @Test
    void adoptsAMatchingReplicaSetAndGoesOnWithIt() {
        StoredObject web = deployment(2, "");
        live();
        StoredObject set = sets().get(0);
        world.delete(
                web,
                new DeleteOptions(
                        false,
                        java.util.OptionalLong.empty(),
                        Optional.of(DeleteOptions.Propagation.BACKGROUND),
                        Optional.empty(),
                        Optional.empty()));
        world.change(set, changed -> Json.objectAt(changed, "metadata").remove("ownerReferences"));
        StoredObject again = deployment(2, "");
        live();
        assertEquals(1, sets().size());
        assertEquals(
                again.meta().uid(),
                world.now(set).meta().controller().orElseThrow().uid());
        assertEquals("1", annotation(world.now(again), "revision"));
        assertFalse(reason(again, "Progressing").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void neverExceedsSurgeNorFallsBelowAvailability(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int replicas = 1 + random.nextInt(8);
        int surge = random.nextInt(4);
        int unavailable = surge == 0 ? 1 + random.nextInt(3) : random.nextInt(4);
        StoredObject web = deployment(
                replicas,
                ",'strategy':{'rollingUpdate':{'maxSurge':%d,'maxUnavailable':%d}}".formatted(surge, unavailable));
        live();
        int least = replicas - Math.min(unavailable, replicas);
        int version = 1;
        for (int step = 0; step < 250; step++) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    if (random.nextInt(4) == 0) {
                        setImage(web, "nginx:" + (random.nextBoolean() ? ++version : 1 + random.nextInt(version)));
                    }
                }
                case 1, 2, 3 -> world.reconcile(deployments, web.key());
                case 4, 5, 6 ->
                    world.keys(replicaSets).stream()
                            .skip(random.nextInt(3))
                            .findFirst()
                            .ifPresent(key -> world.reconcile(replicaSets, key));
                case 7 -> nodes.removeDeleted();
                default -> start(random);
            }
            List<StoredObject> active = world.all(BuiltInTypes.PODS).stream()
                    .filter(pod -> new PodView(pod).isActive())
                    .toList();
            long ready =
                    active.stream().filter(pod -> new PodView(pod).isReady()).count();
            String message = "seed " + seed + " step " + step + " sizes " + sizes();
            assertTrue(active.size() <= replicas + surge, message + ": too many, " + active.size());
            assertTrue(ready >= least, message + ": too few available, " + ready);
        }
        live();
        assertEquals(replicas, status(web).path("availableReplicas").asInt(), "seed " + seed);
        assertEquals(replicas, status(web).path("updatedReplicas").asInt(), "seed " + seed);
    }

    private void start(SplittableRandom random) {
        List<StoredObject> waiting = world.all(BuiltInTypes.PODS).stream()
                .filter(pod -> new PodView(pod).isActive() && !new PodView(pod).isReady())
                .toList();
        if (!waiting.isEmpty()) {
            nodes.run(waiting.get(random.nextInt(waiting.size())), true);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void convergesThoughPodsDieAndUsersMeddle(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StoredObject web = deployment(3, ",'progressDeadlineSeconds':30");
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(12)) {
                case 0 -> setImage(web, "nginx:" + random.nextInt(4));
                case 1 -> scale(web, random.nextInt(8));
                case 2 -> pause(web, random.nextInt(3) == 0);
                case 3 -> kill(random);
                case 4 -> {
                    List<StoredObject> sets = sets();
                    if (!sets.isEmpty() && random.nextInt(4) == 0) {
                        resize(sets.get(random.nextInt(sets.size())), random.nextInt(5));
                    }
                }
                case 5 -> world.clock().advance(Duration.ofSeconds(random.nextInt(20)));
                case 6, 7, 8 -> world.reconcile(deployments, web.key());
                case 9, 10 ->
                    world.keys(replicaSets).stream()
                            .skip(random.nextInt(4))
                            .findFirst()
                            .ifPresent(key -> world.reconcile(replicaSets, key));
                default -> start(random);
            }
        }
        pause(web, false);
        live();
        int replicas = world.now(web).tree().path("spec").path("replicas").asInt();
        String template = Json.text(
                world.now(web)
                        .tree()
                        .path("spec")
                        .path("template")
                        .path("spec")
                        .path("containers")
                        .path(0),
                "image");
        Set<String> running = world.all(BuiltInTypes.PODS).stream()
                .filter(pod -> new PodView(pod).isActive())
                .map(pod -> Json.text(pod.tree().path("spec").path("containers").path(0), "image"))
                .collect(Collectors.toSet());
        assertEquals(replicas == 0 ? Set.of() : Set.of(template), running, "seed " + seed);
        assertEquals(replicas, status(web).path("replicas").asInt(), "seed " + seed);
        assertEquals("True NewReplicaSetAvailable", reason(web, "Progressing"), "seed " + seed);
        assertTrue(world.plan(deployments, web.key()).steps().stream().noneMatch(PlanStep.Update.class::isInstance));
    }

    private void kill(SplittableRandom random) {
        List<StoredObject> pods = world.all(BuiltInTypes.PODS);
        if (!pods.isEmpty()) {
            StoredObject pod = pods.get(random.nextInt(pods.size()));
            if (random.nextBoolean()) {
                nodes.remove(pod);
            } else {
                nodes.end(pod, "Failed");
            }
        }
    }
}
