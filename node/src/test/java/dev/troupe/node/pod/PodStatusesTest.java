package dev.troupe.node.pod;

import static dev.troupe.node.pod.Pods.START;
import static dev.troupe.node.pod.Pods.containers;
import static dev.troupe.node.pod.Pods.exited;
import static dev.troupe.node.pod.Pods.id;
import static dev.troupe.node.pod.Pods.memory;
import static dev.troupe.node.pod.Pods.observed;
import static dev.troupe.node.pod.Pods.pod;
import static dev.troupe.node.pod.Pods.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Patch;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.patch.Patches;
import dev.troupe.node.runtime.ContainerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStatusesTest {
    private static final PodStatuses.NodeFacts NODE = new PodStatuses.NodeFacts(List.of("192.0.2.2"), "docker");

    private static ObjectNode build(PodView pod, PodObservation observed, PodMemory memory) {
        return PodStatuses.build(pod, observed, memory, NODE, START);
    }

    @Test
    void isWhatAKubeletWrites() {
        PodView pod = pod("", containers("a"), "{\"qosClass\":\"BestEffort\"}");
        assertEquals(Json.parseObject("""
                {"qosClass":"BestEffort","containerStatuses":[
                  {"name":"a","state":{"running":{"startedAt":"2026-11-23T08:00:00Z"}},"lastState":{},"restartCount":0,
                   "image":"img","imageID":"docker://sha256:abc","containerID":"docker://a-0","ready":true,"started":true}],
                 "phase":"Running","hostIP":"192.0.2.2","hostIPs":[{"ip":"192.0.2.2"}],
                 "podIP":"10.244.0.5","podIPs":[{"ip":"10.244.0.5"}],"startTime":"2026-11-23T08:00:00Z",
                 "conditions":[
                  {"type":"PodReadyToStartContainers","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-23T08:00:00Z"},
                  {"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-23T08:00:00Z"},
                  {"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-23T08:00:00Z"},
                  {"type":"ContainersReady","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-23T08:00:00Z"},
                  {"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-23T08:00:00Z"}]}
                """), build(pod, observed(running("a", 0)), memory()));
    }

    @ParameterizedTest
    @CsvSource({
        // policy, a, b (r running, digit exit code, - not yet), phase
        "Always,    --, Pending",
        "Always,    r-, Pending",
        "Always,    rr, Running",
        "Always,    r1, Running",
        "Always,    11, Running",
        "OnFailure, 00, Succeeded",
        "OnFailure, 01, Running",
        "OnFailure, r0, Running",
        "Never,     00, Succeeded",
        "Never,     01, Failed",
        "Never,     r1, Running",
    })
    void phaseFollowsContainersAndPolicy(String policy, String states, String phase) {
        PodView pod = pod("\"restartPolicy\":\"%s\",".formatted(policy) + containers("a", "b"));
        List<ContainerState> found = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String name = i == 0 ? "a" : "b";
            char state = states.charAt(i);
            if (state == 'r') {
                found.add(running(name, 0));
            } else if (state != '-') {
                found.add(exited(name, 0, state - '0', START));
            }
        }
        ObjectNode status = build(pod, observed(found.toArray(ContainerState[]::new)), memory());
        assertEquals(phase, Json.text(status, "phase"));
    }

    @Test
    void anInitializingPodIsPendingAndSaysWhatItWaitsFor() {
        PodView pod = pod("\"initContainers\":[{\"name\":\"i\",\"image\":\"img\"}]," + containers("a"));
        ObjectNode status = build(pod, observed(running("i", 0)), memory());
        assertEquals("Pending", Json.text(status, "phase"));
        assertEquals(
                "PodInitializing", Json.text(status.path("containerStatuses").get(0), "state", "waiting", "reason"));
        JsonNode initialized = condition(status, "Initialized");
        assertEquals("ContainersNotInitialized", Json.text(initialized, "reason"));
        assertEquals("containers with incomplete status: [i]", Json.text(initialized, "message"));
        assertEquals("containers with unready status: [a]", Json.text(condition(status, "Ready"), "message"));
    }

    private static JsonNode condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return status.path("absent");
    }

    @Test
    void readinessFollowsProbesAndGates() {
        PodView pod = pod("""
                "readinessGates":[{"conditionType":"example.com/gate"}],
                "containers":[{"name":"a","image":"img","readinessProbe":{"tcpSocket":{"port":1}}}]""");
        PodMemory memory = memory();
        PodObservation runs = observed(running("a", 0));
        assertEquals("ContainersNotReady", Json.text(condition(build(pod, runs, memory), "Ready"), "reason"));
        memory.probed(id("a", 0), Probe.Kind.READINESS, true);
        JsonNode ready = condition(build(pod, runs, memory), "Ready");
        assertEquals("ReadinessGatesNotReady", Json.text(ready, "reason"));
        assertEquals(
                "corresponding condition of pod readiness gate \"example.com/gate\" does not exist.",
                Json.text(ready, "message"));
    }

    @Test
    void aHeldContainerWaitsAndItsEndIsItsLastState() {
        PodView pod = pod(containers("a"));
        PodMemory memory = memory();
        memory.begin(new PodAction.Hold(pod.containers().get(0), "CrashLoopBackOff", "back-off 10s"), START);
        JsonNode status = build(pod, observed(exited("a", 1, 2, START), exited("a", 0, 1, START)), memory)
                .path("containerStatuses")
                .get(0);
        assertEquals("CrashLoopBackOff", Json.text(status, "state", "waiting", "reason"));
        assertEquals(2, Json.integer(status, 0, "lastState", "terminated", "exitCode"));
        assertEquals(1, Json.integer(status, 0, "restartCount"));
    }

    @Test
    void aDeletedPodEndsInATerminalPhase() {
        String deleted = "\"deletionTimestamp\":\"2026-11-23T08:00:30Z\",\"deletionGracePeriodSeconds\":30,";
        PodView pod = pod(deleted, containers("a", "b"), "{\"phase\":\"Running\"}");
        PodObservation halfway = observed(exited("a", 0, 0, START), running("b", 0));
        assertEquals("Running", Json.text(build(pod, halfway, memory()), "phase"));
        PodObservation clean = observed(exited("a", 0, 0, START), exited("b", 0, 0, START));
        assertEquals("Succeeded", Json.text(build(pod, clean, memory()), "phase"));
        ObjectNode lost = build(pod, observed(exited("a", 0, 0, START)), memory());
        assertEquals("Failed", Json.text(lost, "phase"));
        assertEquals(
                "ContainerStatusUnknown",
                Json.text(lost.path("containerStatuses").get(1), "state", "terminated", "reason"));
    }

    @Test
    void aFinishedPodIsNeverUnfinished() {
        PodView pod = pod("", containers("a"), "{\"phase\":\"Failed\",\"reason\":\"Evicted\"}");
        ObjectNode status = build(pod, observed(running("a", 0)), memory());
        assertEquals("Failed", Json.text(status, "phase"));
        assertEquals("Evicted", Json.text(status, "reason"));
    }

    @Test
    void conditionsOfOthersAndOldTransitionsStay() {
        PodView pod = pod("", containers("a"), """
                {"conditions":[{"type":"example.com/gate","status":"True"},
                  {"type":"Ready","status":"True","lastTransitionTime":"2020-01-01T00:00:00Z"}]}""");
        ObjectNode status = build(pod, observed(running("a", 0)), memory());
        assertEquals("True", Json.text(condition(status, "example.com/gate"), "status"));
        assertEquals("2020-01-01T00:00:00Z", Json.text(condition(status, "Ready"), "lastTransitionTime"));
    }

    /** A patch of one status to another, applied as the API applies it, gives the other. */
    @Test
    void patchesMakeOneStatusOfTheOther() {
        long seed = 20261123;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            PodView before = pod("", containers("a", "b"), Json.object().toString());
            ObjectNode first = random(before, random);
            PodView known = pod("", containers("a", "b"), first.toString());
            ObjectNode second = random(known, random);
            Optional<ObjectNode> patch = PodStatuses.patch(known.status(), second, "uid-1");
            ObjectNode object = Json.object();
            object.set("status", known.status().deepCopy());
            ObjectNode patched = patch.isEmpty()
                    ? object
                    : Patches.apply(BuiltInTypes.PODS, object, new Patch.StrategicMergePatch(patch.get()))
                            .orThrow();
            assertTrue(
                    PodStatuses.same(sorted(second), sorted((ObjectNode) patched.path("status"))),
                    "seed " + seed + " round " + round + "\nwant " + second + "\ngot  " + patched.path("status"));
            assertEquals(
                    Optional.empty(), PodStatuses.patch(patched.path("status"), sortedAs(second, patched), "uid-1"));
        }
    }

    private static ObjectNode sortedAs(ObjectNode wanted, ObjectNode patched) {
        // The order of merged lists is the server's affair.
        ObjectNode copy = wanted.deepCopy();
        for (String list : List.of("conditions", "podIPs", "hostIPs")) {
            if (copy.has(list)) {
                copy.set(list, patched.path("status").path(list).deepCopy());
            }
        }
        return copy;
    }

    private static ObjectNode sorted(ObjectNode status) {
        ObjectNode copy = status.deepCopy();
        for (Map.Entry<String, String> list :
                Map.of("conditions", "type", "podIPs", "ip", "hostIPs", "ip").entrySet()) {
            List<JsonNode> elements = new ArrayList<>();
            copy.path(list.getKey()).forEach(elements::add);
            elements.sort(
                    (left, right) -> Json.text(left, list.getValue()).compareTo(Json.text(right, list.getValue())));
            var array = Json.array();
            elements.forEach(array::add);
            copy.set(list.getKey(), array);
        }
        return copy;
    }

    private static ObjectNode random(PodView pod, SplittableRandom random) {
        List<ContainerState> found = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            int attempt = random.nextInt(3);
            if (random.nextBoolean()) {
                found.add(exited(name, attempt, random.nextInt(2), START));
            }
            if (random.nextBoolean()) {
                found.add(running(name, attempt + 1));
            }
        }
        PodMemory memory = memory();
        if (random.nextInt(3) == 0) {
            memory.begin(new PodAction.Hold(pod.containers().get(0), "ErrImagePull", "text"), START);
        }
        boolean ready = random.nextBoolean();
        PodObservation observed =
                observed(ready ? List.of(Pods.SANDBOX) : List.of(), found.toArray(ContainerState[]::new));
        return PodStatuses.build(pod, observed, memory, NODE, START.plusSeconds(random.nextInt(1000)));
    }
}
