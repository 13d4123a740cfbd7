package dev.troupe.model.controller.garbage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.DeleteOptions.Propagation;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.OwnerReference;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.ControllerWorld;
import dev.troupe.model.testkit.Pods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GarbageCollectorTest {
    private final ControllerWorld world = new ControllerWorld();
    private final GarbageCollector collector = new GarbageCollector(world.registry());

    private StoredObject map(String name, StoredObject... owners) {
        String references = Arrays.stream(owners)
                .map(owner -> "{'apiVersion':'%s','kind':'%s','name':'%s','uid':'%s','blockOwnerDeletion':true}"
                        .formatted(
                                owner.type().apiVersion(),
                                owner.type().kind(),
                                owner.meta().name(),
                                owner.meta().uid()))
                .collect(Collectors.joining(","));
        return world.given("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name
                + "','namespace':'shop','ownerReferences':[" + references + "]}}");
    }

    private void delete(StoredObject object, Propagation propagation) {
        world.delete(
                object,
                new DeleteOptions(
                        false, OptionalLong.empty(), Optional.of(propagation), Optional.empty(), Optional.empty()));
    }

    private Set<String> names() {
        return world.all(BuiltInTypes.CONFIG_MAPS).stream()
                .map(object -> object.meta().name())
                .collect(Collectors.toSet());
    }

    @Test
    void deletesDependentsInTheBackground() {
        StoredObject owner = map("owner");
        StoredObject child = map("child", owner);
        map("grandchild", child);
        map("other");
        world.settle(collector);
        assertEquals(Set.of("owner", "child", "grandchild", "other"), names());
        delete(owner, Propagation.BACKGROUND);
        assertEquals(Set.of("child", "grandchild", "other"), names());
        assertEquals(
                Set.of(child.key()),
                Set.copyOf(
                        collector.affectedBy(new ObservedChange(Optional.of(owner), Optional.empty()), world.view())));
        world.settle(collector);
        assertEquals(Set.of("other"), names());
    }

    @Test
    void deletesTheOwnerLastInTheForeground() {
        StoredObject owner = map("owner");
        StoredObject child = map("child", owner);
        StoredObject grandchild = map("grandchild", child);
        world.change(
                grandchild,
                changed -> Json.objectAt(changed, "metadata")
                        .putArray("finalizers")
                        .add("example.com/hold"));
        delete(owner, Propagation.FOREGROUND);
        world.settle(collector);
        assertEquals(Set.of("owner", "child", "grandchild"), names());
        assertTrue(world.now(child).meta().finalizers().contains("foregroundDeletion"), "the middle waits as well");
        world.change(grandchild, changed -> Json.objectAt(changed, "metadata").remove("finalizers"));
        assertEquals(Set.of("owner", "child"), names());
        world.settle(collector);
        assertEquals(Set.of(), names());
    }

    @Test
    void orphansDependentsWhereAsked() {
        StoredObject owner = map("owner");
        StoredObject child = map("child", owner);
        delete(owner, Propagation.ORPHAN);
        world.settle(collector);
        assertEquals(Set.of("child"), names());
        assertEquals(List.of(), world.now(child).meta().ownerReferences());
    }

    @Test
    void keepsWhatHasAnotherOwnerAndTakesTheLostOneOff() {
        StoredObject one = map("one");
        StoredObject two = map("two");
        StoredObject child = map("child", one, two);
        delete(one, Propagation.BACKGROUND);
        world.settle(collector);
        assertEquals(
                List.of("two"),
                world.now(child).meta().ownerReferences().stream()
                        .map(OwnerReference::name)
                        .toList());
        delete(two, Propagation.FOREGROUND);
        world.settle(collector);
        assertEquals(Set.of(), names());
    }

    @Test
    void aNamesakeIsNoOwner() {
        StoredObject owner = map("owner");
        map("child", owner);
        delete(owner, Propagation.BACKGROUND);
        map("owner");
        world.settle(collector);
        assertEquals(Set.of("owner"), names());
    }

    @Test
    void anOwnerInAnotherNamespaceIsNone() {
        StoredObject elsewhere =
                world.given("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'far','namespace':'other'}}");
        map("child", elsewhere);
        world.settle(collector);
        assertEquals(Set.of("far"), names());
    }

    @Test
    void keepsWhatItCannotJudge() {
        world.given("""
                {'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'child','namespace':'shop','ownerReferences':[
                 {'apiVersion':'example.com/v1','kind':'Widget','name':'w','uid':'w'}]}}""");
        StoredObject far = map("far");
        world.given("""
                {'apiVersion':'v1','kind':'Node','metadata':{'name':'n1','ownerReferences':[
                 {'apiVersion':'v1','kind':'ConfigMap','name':'far','uid':'%s'}]}}""".formatted(far.meta().uid()));
        world.settle(collector);
        assertEquals(Set.of("child", "far"), names());
        assertEquals(1, world.all(BuiltInTypes.NODES).size());
    }

    @Test
    void asksTheStoreBeforeItBelievesThatAnOwnerIsGone() {
        StoredObject child = world.given("""
                {'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'child','namespace':'shop','ownerReferences':[
                 {'apiVersion':'v1','kind':'Pod','name':'p','uid':'u'}]}}""");
        Plan plan = world.plan(collector, child.key());
        assertEquals(
                new PlanStep.Require(BuiltInTypes.PODS.key("shop", "p"), "u", PlanStep.Expectation.GONE),
                plan.steps().get(0));
        assertTrue(plan.steps().get(1) instanceof PlanStep.Delete);
    }

    @Test
    void breaksACircleOfObjectsThatWaitForOneAnother() {
        StoredObject one = map("one");
        StoredObject two = map("two", one);
        world.change(
                one,
                changed -> Json.objectAt(changed, "metadata")
                        .putArray("ownerReferences")
                        .addObject()
                        .put("apiVersion", "v1")
                        .put("kind", "ConfigMap")
                        .put("name", "two")
                        .put("uid", two.meta().uid())
                        .put("blockOwnerDeletion", true));
        delete(one, Propagation.FOREGROUND);
        world.settle(collector);
        assertEquals(Set.of(), names());
    }

    @Test
    void heartbeatsAreOfNoInterest() {
        StoredObject before = map("m", map("owner"));
        StoredObject after =
                world.change(before, changed -> changed.putObject("data").put("a", "b"));
        assertEquals(
                List.of(),
                List.copyOf(collector.affectedBy(
                        new ObservedChange(Optional.of(before), Optional.of(after)), world.view())));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void leavesNothingWithoutAnOwnerAndNothingStuck(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<StoredObject> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Set<StoredObject> owners = new HashSet<>();
            for (int j = 0; j < random.nextInt(3) && !all.isEmpty(); j++) {
                owners.add(all.get(random.nextInt(all.size())));
            }
            all.add(map("m" + i, owners.toArray(StoredObject[]::new)));
        }
        for (int step = 0; step < 12; step++) {
            StoredObject one = all.get(random.nextInt(all.size()));
            if (world.view().get(one.key()).isPresent()) {
                delete(one, Propagation.values()[random.nextInt(3)]);
            }
            for (int i = 0; i < random.nextInt(8); i++) {
                List<StoredObject> present = world.all(BuiltInTypes.CONFIG_MAPS);
                if (!present.isEmpty()) {
                    world.reconcile(
                            collector,
                            present.get(random.nextInt(present.size())).key());
                }
            }
        }
        world.settle(collector);
        Set<String> uids = world.all(BuiltInTypes.CONFIG_MAPS).stream()
                .map(object -> object.meta().uid())
                .collect(Collectors.toSet());
        for (StoredObject object : world.all(BuiltInTypes.CONFIG_MAPS)) {
            assertFalse(object.meta().isDeleting(), "seed " + seed + ": stuck: " + object);
            object.meta()
                    .ownerReferences()
                    .forEach(owner -> assertTrue(
                            uids.contains(owner.uid()), "seed " + seed + ": a reference to nothing: " + object));
        }
    }

    @Test
    void podsOfALostNodeFailAndGo() {
        Pods nodes = new Pods(world);
        PodGarbageCollector pods = new PodGarbageCollector(2);
        StoredObject node = world.given("{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'}}");
        StoredObject running = nodes.run(nodes.schedule(pod("a"), "n1"), true);
        StoredObject pending = pod("b");
        world.settle(pods);
        assertEquals(2, world.all(BuiltInTypes.PODS).size());
        world.delete(node, DeleteOptions.defaults());
        assertEquals(
                Set.of(running.key()),
                Set.copyOf(pods.affectedBy(new ObservedChange(Optional.of(node), Optional.empty()), world.view())));
        List<PlanStep> steps = world.plan(pods, running.key()).steps();
        assertEquals(
                new PlanStep.Require(BuiltInTypes.NODES.key("", "n1"), Optional.empty(), PlanStep.Expectation.GONE),
                steps.get(0));
        PlanStep.Update failed = (PlanStep.Update) steps.get(1);
        assertEquals("Failed", Json.text(failed.object(), "status", "phase"));
        assertTrue(failed.object().toString().contains("PodGC: node no longer exists"));
        world.settle(pods);
        assertEquals(
                List.of(pending.key()),
                world.all(BuiltInTypes.PODS).stream().map(StoredObject::key).toList());
    }

    @Test
    void keepsOnlySoManyEndedPodsTheNewest() {
        Pods nodes = new Pods(world);
        PodGarbageCollector pods = new PodGarbageCollector(2);
        for (String name : List.of("a", "b", "c", "d")) {
            nodes.end(pod(name), name.equals("d") ? "Running" : "Succeeded");
            world.clock().advance(java.time.Duration.ofSeconds(1));
        }
        StoredObject evicted = pod("e");
        world.changeStatus(
                evicted,
                changed ->
                        Json.objectAt(changed, "status").put("phase", "Failed").put("reason", "Evicted"));
        world.settle(pods);
        assertEquals(
                List.of("b", "c", "d"),
                world.all(BuiltInTypes.PODS).stream()
                        .map(pod -> pod.meta().name())
                        .toList());
    }

    private StoredObject pod(String name) {
        return world.given("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                + "','namespace':'shop'},'spec':{'containers':[{'name':'c','image':'x'}]}}");
    }
}
