package dev.troupe.model.controller.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.ControllerWorld;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.model.testkit.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeReconcilersTest {
    private final ControllerWorld world = new ControllerWorld();
    private final Pods pods = new Pods(world);
    private final NodeLifecycleReconciler lifecycle = new NodeLifecycleReconciler(NodeSettings.defaults());
    private final TaintEvictionReconciler eviction = new TaintEvictionReconciler();

    private StoredObject node(String name) {
        StoredObject node = world.given("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name + "'}}");
        world.given("""
                {'apiVersion':'coordination.k8s.io/v1','kind':'Lease',
                 'metadata':{'name':'%s','namespace':'kube-node-lease'},
                 'spec':{'holderIdentity':'%s','leaseDurationSeconds':40,'renewTime':'%s'}}""".formatted(name, name, micro()));
        return report(node, "True");
    }

    /** As MicroTime prints it. */
    private String micro() {
        return world.clock().instant().toString().replace("Z", ".000000Z");
    }

    private StoredObject report(StoredObject node, String ready) {
        String now = world.clock().instant().toString();
        return world.changeStatus(
                node,
                changed -> Conditions.put(
                        Json.objectAt(changed, "status"),
                        Json.object()
                                .put("type", "Ready")
                                .put("status", ready)
                                .put("lastHeartbeatTime", now)
                                .put("lastTransitionTime", now)
                                .put("reason", "KubeletReady")));
    }

    private void renew(StoredObject node) {
        StoredObject lease = world.view()
                .get(BuiltInTypes.LEASES.key("kube-node-lease", node.meta().name()))
                .orElseThrow();
        ObjectNode changed = lease.copy();
        Json.objectAt(changed, "spec").put("renewTime", micro());
        world.api()
                .update(InMemoryResourceApi.admin(), lease.key(), "", changed, WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow();
    }

    private void pass(int seconds) {
        world.clock().advance(Duration.ofSeconds(seconds));
    }

    private Set<String> taints(StoredObject node) {
        Set<String> taints = new TreeSet<>();
        Taints.of(world.now(node).tree())
                .forEach(taint -> taints.add(
                        Taints.key(taint).replace("node.kubernetes.io/", "") + ":" + Json.text(taint, "effect")));
        return taints;
    }

    private JsonNode condition(StoredObject object, String type) {
        return Conditions.find(world.now(object).tree().path("status"), type).orElseThrow();
    }

    private StoredObject pod(String name, String tolerations) {
        StoredObject pod = world.given("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                + "','namespace':'shop'},'spec':{'tolerations':[" + tolerations
                + "],'containers':[{'name':'c','image':'x'}]}}");
        return pods.run(pods.schedule(pod, "n1"), true);
    }

    @Test
    void aNodeThatRenewsItsLeaseStaysReady() {
        StoredObject node = node("n1");
        for (int i = 0; i < 20; i++) {
            pass(40);
            renew(node);
            world.settle(lifecycle);
            Plan plan = world.plan(lifecycle, node.key());
            assertEquals(Optional.of(Duration.ofSeconds(50)), plan.again());
        }
        assertEquals("True", Json.text(condition(node, "Ready"), "status"));
        assertEquals(Set.of(), taints(node));
    }

    @Test
    void aNodeThatIsNotHeardOfBecomesUnknownAfterItsGrace() {
        StoredObject node = node("n1");
        node("n2");
        StoredObject pod = pod("p", "");
        world.settle(lifecycle);
        world.takeEvents();
        pass(49);
        world.settle(lifecycle);
        assertEquals("True", Json.text(condition(node, "Ready"), "status"));
        pass(1);
        renew(world.view().get(BuiltInTypes.NODES.key("", "n2")).orElseThrow());
        world.settle(lifecycle);
        assertEquals("Unknown", Json.text(condition(node, "Ready"), "status"));
        assertEquals("NodeStatusUnknown", Json.text(condition(node, "Ready"), "reason"));
        assertEquals("Kubelet stopped posting node status.", Json.text(condition(node, "Ready"), "message"));
        assertEquals("NodeStatusNeverUpdated", Json.text(condition(node, "DiskPressure"), "reason"));
        assertEquals("Kubelet never posted node status.", Json.text(condition(node, "DiskPressure"), "message"));
        assertEquals(Set.of("unreachable:NoExecute", "unreachable:NoSchedule"), taints(node));
        assertFalse(new PodView(world.now(pod)).isReady());
        assertEquals(
                List.of(
                        "Normal NodeNotReady Node n1 status is now: NodeNotReady",
                        "Warning NodeNotReady Node is not ready"),
                world.takeEvents());
        renew(node);
        report(node, "True");
        world.settle(lifecycle);
        assertEquals(Set.of(), taints(node));
    }

    @Test
    void aNodeThatNeverReportedGetsMoreTime() {
        StoredObject node = world.given("{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'}}");
        pass(59);
        world.settle(lifecycle);
        assertTrue(
                Conditions.find(world.now(node).tree().path("status"), "Ready").isEmpty());
        assertEquals(Set.of("not-ready:NoSchedule"), taints(node));
        pass(1);
        world.settle(lifecycle);
        assertEquals("NodeStatusNeverUpdated", Json.text(condition(node, "Ready"), "reason"));
    }

    @Test
    void whatCouldNotBeSeenIsNoMissedHeartbeat() {
        StoredObject node = node("n1");
        pass(600);
        Instant start = world.clock().instant();
        dev.troupe.model.controller.ClusterView young = new YoungView(world.view(), start);
        assertEquals(
                Optional.of(Duration.ofSeconds(50)),
                lifecycle.reconcile(node.key(), young, start).again());
        assertTrue(lifecycle.reconcile(node.key(), young, start.plusSeconds(49)).isEmpty());
        assertFalse(
                lifecycle.reconcile(node.key(), young, start.plusSeconds(50)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "MemoryPressure, memory-pressure",
        "DiskPressure, disk-pressure",
        "PIDPressure, pid-pressure",
        "NetworkUnavailable, network-unavailable"
    })
    void taintsFollowConditions(String type, String taint) {
        StoredObject node = node("n1");
        world.changeStatus(
                node,
                changed -> Conditions.put(
                        Json.objectAt(changed, "status"),
                        Json.object().put("type", type).put("status", "True")));
        world.settle(lifecycle);
        assertEquals(Set.of(taint + ":NoSchedule"), taints(node));
        world.changeStatus(
                node,
                changed -> Conditions.put(
                        Json.objectAt(changed, "status"),
                        Json.object().put("type", type).put("status", "False")));
        world.settle(lifecycle);
        assertEquals(Set.of(), taints(node));
    }

    @Test
    void aCordonIsATaintAndUsersTaintsStay() {
        StoredObject node = node("n1");
        world.change(node, changed -> {
            ObjectNode spec = Json.objectAt(changed, "spec");
            spec.put("unschedulable", true);
            spec.putArray("taints").addObject().put("key", "gpu").put("effect", "NoExecute");
        });
        world.settle(lifecycle);
        assertEquals(Set.of("gpu:NoExecute", "unschedulable:NoSchedule"), taints(node));
        assertFalse(
                Json.text(Taints.noExecute(world.now(node).tree()).get(0), "timeAdded")
                        .isEmpty(),
                "tolerations count from it");
    }

    @Test
    void givesUpOneNodeAfterAnother() {
        StoredObject one = node("n1");
        StoredObject two = node("n2");
        node("n3");
        node("n4");
        report(one, "False");
        report(two, "False");
        world.settle(lifecycle);
        Set<String> both = Set.of("not-ready:NoExecute", "not-ready:NoSchedule");
        assertEquals(both, taints(one));
        assertEquals(Set.of("not-ready:NoSchedule"), taints(two));
        assertEquals(
                Optional.of(Duration.ofSeconds(10)),
                world.plan(lifecycle, two.key()).again());
        pass(10);
        world.settle(lifecycle);
        assertEquals(both, taints(two));
    }

    @Test
    void drivesNobodyAwayWhereAllOrMostAreLost() {
        List<StoredObject> all = List.of(node("n1"), node("n2"), node("n3"), node("n4"), node("n5"));
        for (StoredObject node : all.subList(0, 3)) {
            report(node, "False");
        }
        world.settle(lifecycle);
        assertEquals(Set.of("not-ready:NoSchedule"), taints(all.get(0)), "3 of 5 are lost: the zone is in doubt");
        report(all.get(2), "True");
        world.settle(lifecycle);
        assertTrue(taints(all.get(0)).contains("not-ready:NoExecute"));
        all.forEach(node -> report(node, "False"));
        world.settle(lifecycle);
        all.forEach(node -> assertEquals(Set.of("not-ready:NoSchedule"), taints(node), "all are lost"));
    }

    @Test
    void evictsAtOnceLaterOrNever() {
        StoredObject node = node("n1");
        node("n2");
        StoredObject bare = pod(
                "bare",
                "{'key':'node.kubernetes.io/not-ready','operator':'Exists','effect':'NoExecute','tolerationSeconds':0}");
        StoredObject patient = pod(
                "patient",
                "{'key':'node.kubernetes.io/not-ready','operator':'Exists','effect':'NoExecute','tolerationSeconds':300}");
        StoredObject steady = pod("steady", "{'operator':'Exists'}");
        world.settle(eviction);
        report(node, "False");
        world.settle(lifecycle);
        assertEquals(
                Set.of(bare.key(), patient.key(), steady.key()),
                Set.copyOf(eviction.affectedBy(
                        new ObservedChange(Optional.of(node), Optional.of(world.now(node))), world.view())));
        assertEquals(
                Optional.of(Duration.ofSeconds(300)),
                world.plan(eviction, patient.key()).again());
        world.takeEvents();
        world.settle(eviction);
        assertTrue(world.now(bare).meta().isDeleting());
        assertEquals("DeletionByTaintManager", Json.text(condition(bare, "DisruptionTarget"), "reason"));
        assertEquals(List.of("Normal TaintManagerEviction Marking for deletion Pod shop/bare"), world.takeEvents());
        assertFalse(world.now(patient).meta().isDeleting());
        pass(300);
        world.settle(eviction);
        assertTrue(world.now(patient).meta().isDeleting());
        assertFalse(world.now(steady).meta().isDeleting());
        assertEquals(Plan.nothing(), world.plan(eviction, steady.key()));
    }

    @Test
    void aTaintOfAUserEvictsWhoDoesNotTolerateIt() {
        StoredObject node = node("n1");
        StoredObject bare = pod("bare", "");
        StoredObject other = pod("other", "{'key':'gpu','value':'b'}");
        StoredObject tolerant = pod("tolerant", "{'key':'gpu','value':'a','effect':'NoExecute'}");
        world.change(
                node,
                changed -> Json.objectAt(changed, "spec")
                        .putArray("taints")
                        .addObject()
                        .put("key", "gpu")
                        .put("value", "a")
                        .put("effect", "NoExecute"));
        world.settle(eviction);
        assertTrue(world.now(bare).meta().isDeleting());
        assertTrue(world.now(other).meta().isDeleting());
        assertFalse(world.now(tolerant).meta().isDeleting());
    }

    @Test
    void aRecoveredNodeKeepsItsPods() {
        StoredObject node = node("n1");
        node("n2");
        StoredObject patient = pod(
                "patient",
                "{'key':'node.kubernetes.io/not-ready','operator':'Exists','effect':'NoExecute','tolerationSeconds':300}");
        report(node, "False");
        world.settle(lifecycle);
        pass(299);
        report(node, "True");
        world.settle(lifecycle);
        pass(100);
        world.settle(eviction);
        assertFalse(world.now(patient).meta().isDeleting());
    }

    @Test
    void givesEachNodeARangeOfItsOwn() {
        NodeIpamReconciler ipam = new NodeIpamReconciler("10.244.0.0/16", 24);
        for (int i = 0; i < 256; i++) {
            world.given("{'apiVersion':'v1','kind':'Node','metadata':{'name':'n%03d'}}".formatted(i));
        }
        world.settle(ipam);
        Set<String> ranges = new TreeSet<>();
        world.all(BuiltInTypes.NODES).forEach(node -> {
            assertEquals(
                    Json.text(node.tree(), "spec", "podCIDR"),
                    node.tree().path("spec").path("podCIDRs").path(0).asText());
            ranges.add(Json.text(node.tree(), "spec", "podCIDR"));
        });
        assertEquals(256, ranges.size());
        assertTrue(ranges.contains("10.244.255.0/24"));

        StoredObject late = world.given("{'apiVersion':'v1','kind':'Node','metadata':{'name':'late'}}");
        Plan full = world.plan(ipam, BuiltInTypes.NODES.key("", ""));
        assertEquals(
                List.of("CIDRNotAvailable"),
                full.steps().stream()
                        .map(step -> ((PlanStep.RecordEvent) step).reason())
                        .toList());
        world.delete(world.all(BuiltInTypes.NODES).get(8), DeleteOptions.defaults());
        world.settle(ipam);
        assertEquals("10.244.7.0/24", world.text(late, "spec", "podCIDR"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.244.0.0/24, 0, 1",
        "10.244.2.0/23, 2, 4",
        "10.244.1.128/25, 1, 2",
        "10.0.0.0/8, 0, 256",
        "10.243.255.0/24, 0, 0",
        "10.245.0.0/16, 0, 0"
    })
    void knowsWhatARangeTouches(String cidr, int from, int to) {
        BitSet taken = new BitSet();
        Ipv4Ranges.of("10.244.0.0/16", 24).mark(taken, cidr);
        BitSet expected = new BitSet();
        expected.set(from, to);
        assertEquals(expected, taken);
    }

    @Test
    void refusesRangesThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> new NodeIpamReconciler("10.244.0.0/25", 24));
        assertThrows(IllegalArgumentException.class, () -> new NodeIpamReconciler("10.244.0.0", 24));
        assertThrows(IllegalArgumentException.class, () -> new NodeIpamReconciler("10.244.0/16", 24));
    }
}
