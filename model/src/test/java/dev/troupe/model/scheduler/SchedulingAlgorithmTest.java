package dev.troupe.model.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulingAlgorithmTest {
    private final InMemoryResourceApi api = new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.system());
    private final ClusterPicture cluster = new ClusterPicture();
    private int pods;

    @Test
    void saysThatThereIsNoNode() {
        assertEquals("no nodes available to schedule pods", refusal(pod("")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"unschedulable\":true' | '' | 1 node(s) were unschedulable",
                "'\"taints\":[{\"key\":\"gpu\",\"value\":\"a\",\"effect\":\"NoSchedule\"}]' | '' "
                        + "| 1 node(s) had untolerated taint {gpu: a}",
                "'' | '\"nodeSelector\":{\"disk\":\"nvme\"}' | 1 node(s) didn't match Pod's node affinity/selector",
            })
    void namesTheReasonInKubernetesWords(String nodeSpec, String podSpec, String reason) {
        node("a", nodeSpec, "");
        assertEquals("0/1 nodes are available: " + reason + ".", refusal(pod(podSpec)));
    }

    @Test
    void countsNodesByReason() {
        node("a", "", "");
        node("b", "", "");
        node("c", "\"unschedulable\":true", "");
        assertEquals(
                "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.",
                refusal(pod(requests("50", "1Mi"))));
    }

    @Test
    void fillsANodeToTheLastAndNotBeyond() {
        node("a", "", "");
        for (int i = 0; i < 4; i++) {
            place(pod(requests("1", "1Mi")));
        }
        assertEquals("0/1 nodes are available: 1 Insufficient cpu.", refusal(pod(requests("1m", "1Mi"))));
    }

    @Test
    void countsPodsThatAskForNothing() {
        node("a", "", "");
        for (int i = 0; i < 5; i++) {
            place(pod(""));
        }
        assertEquals("0/1 nodes are available: 1 Too many pods.", refusal(pod("")));
    }

    @Test
    void givesAPortOfTheNodeToOnePodOnly() {
        node("a", "", "");
        String port =
                "\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"ports\":[{\"containerPort\":80,\"hostPort\":80}]}]";
        place(pod(port));
        assertEquals(
                "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
                refusal(pod(port)));
    }

    @Test
    void goesWhereATaintIsTolerated() {
        node("a", "\"taints\":[{\"key\":\"gpu\",\"value\":\"a\",\"effect\":\"NoSchedule\"}]", "");
        assertEquals("a", choice(pod("\"tolerations\":[{\"key\":\"gpu\",\"operator\":\"Exists\"}]")));
    }

    @Test
    void keepsPodsApartThatWantToBeApart() {
        node("a", "", "\"kubernetes.io/hostname\":\"a\"");
        node("b", "", "\"kubernetes.io/hostname\":\"b\"");
        String apart = "\"affinity\":{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":["
                + "{\"labelSelector\":{\"matchLabels\":{\"app\":\"x\"}},\"topologyKey\":\"kubernetes.io/hostname\"}]}}";
        String first = place(pod(apart));
        String second = place(pod(apart));
        assertTrue(!first.equals(second), () -> "both on " + first);
        assertEquals("0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.", refusal(pod(apart)));
    }

    @Test
    void prefersTheNodeWithRoom() {
        node("a", "", "");
        node("b", "", "");
        cluster.place(pod(requests("3", "1Gi")), "a");
        assertEquals("b", choice(pod(requests("100m", "10Mi"))));
    }

    @Test
    void prefersPreferredNodes() {
        node("a", "", "");
        node("b", "", "\"zone\":\"near\"");
        assertEquals(
                "b",
                choice(pod("\"affinity\":{\"nodeAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":["
                        + "{\"weight\":100,\"preference\":{\"matchExpressions\":[{\"key\":\"zone\",\"operator\":\"In\","
                        + "\"values\":[\"near\"]}]}}]}}")));
    }

    @Test
    void freesWhatAPodHeld() {
        node("a", "", "");
        PendingPod big = pod(requests("4", "1Mi"));
        cluster.place(big, "a");
        assertEquals("0/1 nodes are available: 1 Insufficient cpu.", refusal(pod(requests("1", "1Mi"))));
        cluster.unplace(big.uid());
        assertEquals("a", choice(pod(requests("1", "1Mi"))));
    }

    /** Whatever comes and goes, no node ever holds more than it has, and a refusal is true of every node. */
    @Test
    void neverOverfillsANode() {
        long seed = Long.getLong("troupe.test.seed", 20_261_125L);
        System.out.println("troupe.test.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (String name : List.of("a", "b", "c")) {
            node(name, "", "");
        }
        Map<String, Long> used = new HashMap<>();
        Map<PendingPod, String> running = new HashMap<>();
        for (int step = 0; step < 500; step++) {
            if (!running.isEmpty() && random.nextInt(3) == 0) {
                PendingPod gone = running.keySet().iterator().next();
                used.merge(running.remove(gone), -gone.request("cpu").milliValue(), Long::sum);
                cluster.unplace(gone.uid());
                continue;
            }
            PendingPod pod = pod(requests(random.nextInt(100, 2_000) + "m", "1Mi"));
            long wanted = pod.request("cpu").milliValue();
            if (SchedulingAlgorithm.decide(pod, cluster) instanceof SchedulingDecision.Bind bind) {
                cluster.place(pod, bind.node());
                running.put(pod, bind.node());
                assertTrue(used.merge(bind.node(), wanted, Long::sum) <= 4_000, bind.node());
            } else {
                for (String name : List.of("a", "b", "c")) {
                    long count = running.values().stream().filter(name::equals).count();
                    assertTrue(count == 5 || used.getOrDefault(name, 0L) + wanted > 4_000, name + " had room");
                }
            }
        }
    }

    private String place(PendingPod pod) {
        String node = choice(pod);
        cluster.place(pod, node);
        return node;
    }

    private String choice(PendingPod pod) {
        return switch (SchedulingAlgorithm.decide(pod, cluster)) {
            case SchedulingDecision.Bind bind -> bind.node();
            case SchedulingDecision.Unschedulable no -> throw new AssertionError(no.message());
        };
    }

    private String refusal(PendingPod pod) {
        return switch (SchedulingAlgorithm.decide(pod, cluster)) {
            case SchedulingDecision.Bind bind -> throw new AssertionError("bound to " + bind.node());
            case SchedulingDecision.Unschedulable no -> no.message();
        };
    }

    private static String requests(String cpu, String memory) {
        return "\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"resources\":{\"requests\":{\"cpu\":\"" + cpu
                + "\",\"memory\":\"" + memory + "\"}}}]";
    }

    /** A node of 4 processors, 4 GiB and room for 5 pods. */
    private void node(String name, String spec, String labels) {
        cluster.putNode(api.given("""
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":{%s}},"spec":{%s},
                 "status":{"capacity":{"cpu":"4","memory":"4Gi","pods":"5"},
                           "allocatable":{"cpu":"4","memory":"4Gi","pods":"5"}}}""".formatted(name, labels, spec)));
    }

    private PendingPod pod(String spec) {
        String containers = spec.contains("\"containers\"")
                ? spec
                : join(spec, "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]");
        StoredObject pod = api.given("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p%d","namespace":"default","labels":{"app":"x"}},
                 "spec":{%s}}""".formatted(++pods, containers));
        return PendingPod.of(pod);
    }

    private static String join(String spec, String containers) {
        return spec.isEmpty() ? containers : spec + "," + containers;
    }
}
