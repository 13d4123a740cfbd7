package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PodTableTest {
    private static final Instant NOW = Instant.parse("2026-11-23T08:30:00Z");
    private static final String RUNNING = "{name: c, ready: true, restartCount: 0, state: {running: {}}}";
    private static final String ENDED = "lastState: {terminated: {exitCode: 1, finishedAt: '2026-11-23T08:25:00Z'}}";

    private record Case(String name, String spec, String status, String metadata, String cells) {
        Case(String name, String status, String cells) {
            this(name, "{containers: [{name: c}]}", status, "{}", cells);
        }
    }

    private static final List<Case> CASES = List.of(
            new Case("unscheduled", "{phase: Pending}", "0/1 Pending 0"),
            new Case("running", "{phase: Running, containerStatuses: [" + RUNNING + "]}", "1/1 Running 0"),
            new Case(
                    "created by its node",
                    "{phase: Pending, containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]}",
                    "0/1 ContainerCreating 0"),
            new Case(
                    "image missing",
                    "{phase: Pending, containerStatuses: [{name: c, state: {waiting: {reason: ImagePullBackOff}}}]}",
                    "0/1 ImagePullBackOff 0"),
            new Case(
                    "crashing",
                    "{phase: Running, containerStatuses: [{name: c, restartCount: 3, state: {waiting: {reason:"
                            + " CrashLoopBackOff}}, " + ENDED + "}]}",
                    "0/1 CrashLoopBackOff 3 (5m ago)"),
            new Case(
                    "restarted, end unknown",
                    "{phase: Running, containerStatuses: [{name: c, ready: true, restartCount: 2, state: {running:"
                            + " {}}}]}",
                    "1/1 Running 2"),
            new Case(
                    "done",
                    "{phase: Succeeded, containerStatuses: [{name: c, state: {terminated: {exitCode: 0, reason:"
                            + " Completed}}}]}",
                    "0/1 Completed 0"),
            new Case(
                    "failed",
                    "{phase: Failed, containerStatuses: [{name: c, state: {terminated: {exitCode: 1, reason: Error}}}]}",
                    "0/1 Error 0"),
            new Case(
                    "failed without a word",
                    "{phase: Failed, containerStatuses: [{name: c, state: {terminated: {exitCode: 7}}}]}",
                    "0/1 ExitCode:7 0"),
            new Case(
                    "killed without a word",
                    "{phase: Failed, containerStatuses: [{name: c, state: {terminated: {exitCode: 137, signal: 9}}}]}",
                    "0/1 Signal:9 0"),
            new Case("evicted", "{phase: Failed, reason: Evicted}", "0/1 Evicted 0"),
            new Case(
                    "one done, one running, ready",
                    "{containers: [{name: c}, {name: d}]}",
                    "{phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: d, state:"
                            + " {terminated: {exitCode: 0, reason: Completed}}}, " + RUNNING + "]}",
                    "{}",
                    "1/2 Running 0"),
            new Case(
                    "one done, one running, not ready",
                    "{containers: [{name: c}, {name: d}]}",
                    "{phase: Running, containerStatuses: [{name: d, state: {terminated: {exitCode: 0, reason:"
                            + " Completed}}}, " + RUNNING + "]}",
                    "{}",
                    "1/2 NotReady 0"),
            new Case(
                    "initializing",
                    "{initContainers: [{name: i}, {name: j}], containers: [{name: c}]}",
                    "{phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 0}}}, {name: j,"
                            + " state: {running: {}}}], containerStatuses: [{name: c, state: {waiting: {reason:"
                            + " PodInitializing}}}]}",
                    "{}",
                    "0/1 Init:1/2 0"),
            new Case(
                    "initialized",
                    "{initContainers: [{name: i}], containers: [{name: c}]}",
                    "{phase: Pending, initContainerStatuses: [{name: i, restartCount: 1, state: {terminated: {exitCode:"
                            + " 0}}}], containerStatuses: [{name: c, state: {waiting: {reason: PodInitializing}}}]}",
                    "{}",
                    "0/1 PodInitializing 0"),
            new Case(
                    "initialization crashing",
                    "{initContainers: [{name: i}], containers: [{name: c}]}",
                    "{phase: Pending, initContainerStatuses: [{name: i, restartCount: 2, state: {waiting: {reason:"
                            + " CrashLoopBackOff}}, " + ENDED + "}]}",
                    "{}",
                    "0/1 Init:CrashLoopBackOff 2 (5m ago)"),
            new Case(
                    "initialization failed",
                    "{initContainers: [{name: i}], containers: [{name: c}]}",
                    "{phase: Failed, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 3}}}]}",
                    "{}",
                    "0/1 Init:ExitCode:3 0"),
            new Case(
                    "initialization killed",
                    "{initContainers: [{name: i}], containers: [{name: c}]}",
                    "{phase: Failed, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 137, signal: 9}}}]}",
                    "{}",
                    "0/1 Init:Signal:9 0"),
            new Case(
                    "with a sidecar",
                    "{initContainers: [{name: s, restartPolicy: Always}], containers: [{name: c}]}",
                    "{phase: Running, initContainerStatuses: [{name: s, restartCount: 1, ready: true, started: true,"
                            + " state: {running: {}}}], containerStatuses: [" + RUNNING + "]}",
                    "{}",
                    "2/2 Running 1"),
            new Case(
                    "gated",
                    "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: SchedulingGated}]}",
                    "0/1 SchedulingGated 0"),
            new Case(
                    "terminating",
                    "{containers: [{name: c}]}",
                    "{phase: Running, containerStatuses: [" + RUNNING + "]}",
                    "{deletionTimestamp: '2026-11-23T08:30:00Z'}",
                    "1/1 Terminating 0"),
            new Case(
                    "ended while terminating",
                    "{containers: [{name: c}]}",
                    "{phase: Succeeded, containerStatuses: [{name: c, state: {terminated: {exitCode: 0, reason:"
                            + " Completed}}}]}",
                    "{deletionTimestamp: '2026-11-23T08:30:00Z'}",
                    "0/1 Completed 0"),
            new Case(
                    "node lost",
                    "{containers: [{name: c}]}",
                    "{phase: Running, reason: NodeLost}",
                    "{deletionTimestamp: '2026-11-23T08:30:00Z'}",
                    "0/1 Unknown 0"));

    @TestFactory
    List<DynamicTest> tellsAPodsState() {
        return CASES.stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> {
                    ObjectNode pod = Manifests.pod(one.spec());
                    pod.set("status", Manifests.yaml(one.status()));
                    pod.withObject("metadata").setAll(Manifests.yaml(one.metadata()));
                    List<Object> cells = new PodTable().cells(pod, NOW);
                    assertEquals(one.cells(), cells.get(1) + " " + cells.get(2) + " " + cells.get(3));
                }))
                .toList();
    }

    /** Recording 442. */
    @Test
    void printsTheColumnsOfKubernetes() {
        ObjectNode pod = Manifests.pod("{nodeName: hollow-002, containers: [{name: c}]}");
        pod.withObject("metadata").put("creationTimestamp", "2026-11-23T08:29:48Z");
        pod.set(
                "status",
                Manifests.yaml(
                        "{phase: Running, podIPs: [{ip: 192.168.192.168}], containerStatuses: [" + RUNNING + "]}"));

        assertEquals(
                List.of("p", "1/1", "Running", "0", "12s", "192.168.192.168", "hollow-002", "<none>", "<none>"),
                new PodTable().cells(pod, NOW));
        assertEquals(
                "[Name, Ready, Status, Restarts, Age, IP, Node, Nominated Node, Readiness Gates]",
                new PodTable()
                        .columns().stream()
                                .map(column -> column.name())
                                .toList()
                                .toString());
    }

    @Test
    void countsReadinessGatesThatAreOpen() {
        ObjectNode pod = Manifests.pod(
                "{containers: [{name: c}], readinessGates: [{conditionType: a/b}, {conditionType: a/c}]}");
        pod.set("status", Manifests.yaml("{conditions: [{type: a/b, status: 'True'}, {type: a/c, status: 'False'}]}"));

        assertEquals("1/2", new PodTable().cells(pod, NOW).get(8));
    }
}
