package dev.troupe.node.pod;

import static dev.troupe.node.pod.Pods.START;
import static dev.troupe.node.pod.Pods.containers;
import static dev.troupe.node.pod.Pods.created;
import static dev.troupe.node.pod.Pods.exited;
import static dev.troupe.node.pod.Pods.id;
import static dev.troupe.node.pod.Pods.memory;
import static dev.troupe.node.pod.Pods.observed;
import static dev.troupe.node.pod.Pods.pod;
import static dev.troupe.node.pod.Pods.running;
import static dev.troupe.node.pod.Pods.sandbox;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.node.pod.PodAction.StartContainer;
import dev.troupe.node.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodDeciderTest {
    private static final String DELETED =
            "\"deletionTimestamp\":\"2026-11-23T08:00:30Z\",\"deletionGracePeriodSeconds\":30,";

    private static List<PodAction> decide(PodView pod, PodObservation observed, PodMemory memory, Instant now) {
        return PodDecider.decide(pod, observed, memory, now).actions();
    }

    /** Decides again and again, each action begun, until nothing is left; gives all but events. */
    private static List<PodAction> all(PodView pod, PodObservation observed, PodMemory memory, Instant now) {
        List<PodAction> all = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            List<PodAction> actions = decide(pod, observed, memory, now);
            if (actions.isEmpty()) {
                return all;
            }
            actions.forEach(action -> memory.begin(action, now));
            actions.stream()
                    .filter(action -> !(action instanceof PodAction.Tell))
                    .forEach(all::add);
            if (actions.stream().anyMatch(PodAction.Step.class::isInstance)) {
                return all;
            }
        }
        throw new AssertionError("no end: " + all);
    }

    private static List<String> started(List<PodAction> actions) {
        return actions.stream()
                .filter(StartContainer.class::isInstance)
                .map(StartContainer.class::cast)
                .map(start -> start.container().name() + "#" + start.attempt())
                .toList();
    }

    @Test
    void makesVolumesThenTheSandboxThenTheContainers() {
        PodView pod = pod(containers("a", "b"));
        PodMemory memory = new PodMemory();
        assertEquals(List.of(new PodAction.MountVolumes()), decide(pod, PodObservation.nothing(), memory, START));
        memory.volumesMounted();
        assertEquals(List.of(new PodAction.CreateSandbox(0)), decide(pod, PodObservation.nothing(), memory, START));
        assertEquals(List.of("a#0", "b#0"), started(decide(pod, observed(), memory, START)));
        assertEquals(List.of(), decide(pod, observed(running("a", 0), running("b", 0)), memory, START));
    }

    @Test
    void triesVolumesAgainAfterAWhile() {
        PodView pod = pod(containers("a"));
        PodMemory memory = new PodMemory();
        memory.volumesFailed(START);
        PodDecision decision = PodDecider.decide(pod, PodObservation.nothing(), memory, START);
        assertEquals(List.of(), decision.actions());
        assertEquals(Optional.of(START.plusSeconds(10)), decision.wakeAt());
        assertEquals(
                List.of(new PodAction.MountVolumes()),
                decide(pod, PodObservation.nothing(), memory, START.plusSeconds(10)));
    }

    @Test
    void runsInitContainersOneAfterTheOtherAndThenTheRest() {
        PodView pod = pod("""
                "initContainers":[{"name":"i1","image":"img"},{"name":"i2","image":"img"}],""" + containers("a"));
        assertEquals(List.of("i1#0"), started(decide(pod, observed(), memory(), START)));
        assertEquals(List.of(), decide(pod, observed(running("i1", 0)), memory(), START));
        assertEquals(List.of("i2#0"), started(decide(pod, observed(exited("i1", 0, 0, START)), memory(), START)));
        assertEquals(
                List.of("a#0"),
                started(decide(pod, observed(exited("i1", 0, 0, START), exited("i2", 0, 0, START)), memory(), START)));
        assertEquals(List.of("i1#1"), started(decide(pod, observed(exited("i1", 0, 1, START)), memory(), START)));
    }

    @Test
    void aFailedInitContainerIsTheEndWhereNothingRestarts() {
        PodView pod = pod("""
                "restartPolicy":"Never","initContainers":[{"name":"i1","image":"img"}],""" + containers("a"));
        assertEquals(List.of(), decide(pod, observed(exited("i1", 0, 1, START)), memory(), START));
    }

    @Test
    void aSidecarStartsFirstAndMustHaveStartedUp() {
        PodView pod = pod("""
                "initContainers":[{"name":"s","image":"img","restartPolicy":"Always",
                  "startupProbe":{"tcpSocket":{"port":1}}}],""" + containers("a"));
        PodMemory memory = memory();
        assertEquals(List.of("s#0"), started(decide(pod, observed(), memory, START)));
        assertEquals(List.of(), decide(pod, observed(running("s", 0)), memory, START));
        memory.probed(id("s", 0), Probe.Kind.STARTUP, true);
        assertEquals(List.of("a#0"), started(decide(pod, observed(running("s", 0)), memory, START)));
        // Once the pod has begun, a sidecar that ends is started again and keeps nobody waiting.
        assertEquals(
                List.of("s#1"),
                started(decide(pod, observed(exited("s", 0, 0, START), running("a", 0)), memory, START)));
    }

    @ParameterizedTest
    @CsvSource({
        "Always,    0, true",
        "Always,    1, true",
        "OnFailure, 0, false",
        "OnFailure, 1, true",
        "Never,     0, false",
        "Never,     1, false"
    })
    void startsAgainAsThePolicySays(String policy, int exitCode, boolean again) {
        PodView pod = pod("\"restartPolicy\":\"%s\",".formatted(policy) + containers("a"));
        List<PodAction> actions = decide(pod, observed(exited("a", 0, exitCode, START)), memory(), START);
        assertEquals(again ? List.of("a#1") : List.of(), started(actions));
    }

    @Test
    void waitsTwiceAsLongBeforeEachRestartUpToFiveMinutes() {
        PodView pod = pod(containers("a"));
        PodMemory memory = memory();
        Instant now = START;
        List<Long> waits = new ArrayList<>();
        for (int attempt = 0; attempt < 8; attempt++) {
            PodObservation crashed = observed(exited("a", attempt, 1, now));
            List<PodAction> actions = all(pod, crashed, memory, now);
            long waited = 0;
            if (started(actions).isEmpty()) {
                assertTrue(actions.get(0) instanceof PodAction.Hold hold
                        && hold.reason().equals("CrashLoopBackOff"));
                Instant due =
                        PodDecider.decide(pod, crashed, memory, now).wakeAt().orElseThrow();
                waited = Duration.between(now, due).toSeconds();
                assertEquals(List.of(), started(all(pod, crashed, memory, due.minusMillis(1))));
                actions = all(pod, crashed, memory, due);
                now = due;
            }
            assertEquals(List.of("a#" + (attempt + 1)), started(actions));
            memory.containerStarted("a", id("a", attempt + 1));
            waits.add(waited);
        }
        assertEquals(List.of(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L), waits);
        // After ten quiet minutes it is as if it had never failed.
        PodObservation later = observed(exited("a", 8, 1, now.plusSeconds(601)));
        assertEquals(List.of("a#9"), started(all(pod, later, memory, now.plusSeconds(601))));
    }

    @Test
    void toldHoldsAreNotToldAgain() {
        PodView pod = pod(containers("a"));
        PodMemory memory = memory();
        all(pod, observed(exited("a", 0, 1, START)), memory, START);
        PodObservation crashed = observed(exited("a", 1, 1, START));
        assertEquals(2, decide(pod, crashed, memory, START).size());
        all(pod, crashed, memory, START);
        assertEquals(List.of(), decide(pod, crashed, memory, START.plusSeconds(1)));
    }

    @Test
    void pullsInTheBackgroundAndBacksOff() {
        PodView pod = pod(containers("a", "b"));
        ContainerView a = pod.containers().get(0);
        PodMemory memory = memory();
        memory.pullNeeded("a");
        List<PodAction> actions = all(pod, observed(running("b", 0)), memory, START);
        assertEquals(List.of(new PodAction.PullImage(a)), actions);
        assertEquals(List.of(), all(pod, observed(running("b", 0)), memory, START));
        memory.pullFailed(a, "no route", START);
        actions = all(pod, observed(running("b", 0)), memory, START.plusSeconds(1));
        assertEquals(
                List.of(new PodAction.Hold(
                        a, "ImagePullBackOff", "Back-off pulling image \"img\": ErrImagePull: no route")),
                actions);
        assertEquals(
                List.of(new PodAction.PullImage(a)),
                all(pod, observed(running("b", 0)), memory, START.plusSeconds(10)));
        memory.pullSucceeded(a);
        List<PodAction> start = all(pod, observed(running("b", 0)), memory, START.plusSeconds(11));
        assertTrue(((StartContainer) start.get(0)).pulled());
    }

    @Test
    void asksThenKillsThenGivesBackThenConfirms() {
        PodView pod = pod(DELETED, containers("a"), "{}");
        PodMemory memory = memory();
        PodObservation runs = observed(running("a", 0));
        List<PodAction> actions = all(pod, runs, memory, START);
        assertEquals(
                List.of(
                        new PodAction.Stop(pod.containers().get(0), id("a", 0), 30, "Stopping container a"),
                        new PodAction.Signal(id("a", 0), false)),
                actions);
        PodDecision waiting = PodDecider.decide(pod, runs, memory, START.plusSeconds(29));
        assertEquals(List.of(), waiting.actions());
        assertEquals(Optional.of(START.plusSeconds(30)), waiting.wakeAt());
        assertEquals(List.of(new PodAction.Signal(id("a", 0), true)), all(pod, runs, memory, START.plusSeconds(30)));
        PodObservation ended = observed(exited("a", 0, 137, START));
        assertEquals(
                List.of(new PodAction.DiscardSandbox(Pods.SANDBOX), new PodAction.Release()),
                all(pod, ended, memory, START.plusSeconds(31)));
        memory.released();
        PodObservation nothing = observed(List.of(), exited("a", 0, 137, START));
        assertEquals(List.of(new PodAction.ConfirmDeletion()), all(pod, nothing, memory, START.plusSeconds(31)));
        assertEquals(List.of(), all(pod, nothing, memory, START.plusSeconds(32)));
    }

    @Test
    void aShorterGraceAskedForLaterCounts() {
        PodMemory memory = memory();
        PodObservation runs = observed(running("a", 0));
        all(pod(DELETED, containers("a"), "{}"), runs, memory, START);
        PodView hurried = pod(
                "\"deletionTimestamp\":\"2026-11-23T08:00:06Z\",\"deletionGracePeriodSeconds\":5,",
                containers("a"),
                "{}");
        all(hurried, runs, memory, START.plusSeconds(1));
        assertEquals(List.of(), all(hurried, runs, memory, START.plusSeconds(5)));
        assertEquals(List.of(new PodAction.Signal(id("a", 0), true)), all(hurried, runs, memory, START.plusSeconds(6)));
    }

    @Test
    void theHookBeforeTheEndIsPartOfTheGrace() {
        PodView pod = pod(DELETED, """
                "containers":[{"name":"a","image":"img","lifecycle":{"preStop":{"exec":{"command":["x"]}}}}]""", "{}");
        PodObservation runs = observed(running("a", 0));
        PodMemory memory = memory();
        List<PodAction> actions = all(pod, runs, memory, START);
        assertEquals(30, ((PodAction.RunPreStop) actions.get(1)).timeoutSeconds());
        assertEquals(List.of(), all(pod, runs, memory, START.plusSeconds(20)));
        memory.preStopEnded(id("a", 0));
        assertEquals(List.of(new PodAction.Signal(id("a", 0), false)), all(pod, runs, memory, START.plusSeconds(20)));
        assertEquals(List.of(new PodAction.Signal(id("a", 0), true)), all(pod, runs, memory, START.plusSeconds(30)));

        PodMemory slow = memory();
        all(pod, runs, slow, START);
        // A hook that takes all of the grace leaves two seconds for the container.
        assertEquals(List.of(new PodAction.Signal(id("a", 0), false)), all(pod, runs, slow, START.plusSeconds(30)));
        assertEquals(List.of(), all(pod, runs, slow, START.plusSeconds(31)));
        assertEquals(List.of(new PodAction.Signal(id("a", 0), true)), all(pod, runs, slow, START.plusSeconds(32)));
    }

    @Test
    void sidecarsEndAfterTheOthersLastOneFirst() {
        PodView pod = pod(DELETED, """
                "initContainers":[{"name":"s1","image":"img","restartPolicy":"Always"},
                                  {"name":"s2","image":"img","restartPolicy":"Always"}],""" + containers("a"), "{}");
        PodMemory memory = memory();
        assertEquals(
                List.of(id("a", 0)),
                stopped(all(pod, observed(running("s1", 0), running("s2", 0), running("a", 0)), memory, START)));
        assertEquals(
                List.of(id("s2", 0)), stopped(all(pod, observed(running("s1", 0), running("s2", 0)), memory, START)));
        assertEquals(List.of(id("s1", 0)), stopped(all(pod, observed(running("s1", 0)), memory, START)));
    }

    private static List<Object> stopped(List<PodAction> actions) {
        return actions.stream()
                .filter(PodAction.Stop.class::isInstance)
                .<Object>map(action -> ((PodAction.Stop) action).id())
                .toList();
    }

    @Test
    void sidecarsOfAFinishedJobEnd() {
        PodView pod = pod("""
                "restartPolicy":"Never","initContainers":[{"name":"s","image":"img","restartPolicy":"Always"}],""" + containers("a"));
        assertEquals(
                List.of(id("s", 0)),
                stopped(all(pod, observed(running("s", 0), exited("a", 0, 0, START)), memory(), START)));
    }

    @Test
    void aDeadSandboxTakesItsContainersWithItAndIsReplaced() {
        PodView pod = pod(containers("a"));
        PodMemory memory = memory();
        ContainerState running = running("a", 0);
        PodObservation dead = observed(List.of(sandbox(0, false)), running);
        assertEquals(List.of(id("a", 0)), stopped(all(pod, dead, memory, START)));
        PodObservation ended = observed(List.of(sandbox(0, false)), exited("a", 0, 137, START));
        assertEquals(
                List.of(new PodAction.DiscardSandbox(sandbox(0, false)), new PodAction.CreateSandbox(1)),
                all(pod, ended, memory, START));
        PodObservation anew = observed(List.of(sandbox(1, true)), exited("a", 0, 137, START));
        assertEquals(List.of("a#1"), started(all(pod, anew, memory, START)));
    }

    @Test
    void whatMayNotRestartGetsNoNewSandbox() {
        PodView never = pod("\"restartPolicy\":\"Never\"," + containers("a"));
        PodObservation dead = observed(List.of(sandbox(0, false)), exited("a", 0, 137, START));
        assertEquals(List.of(), all(never, dead, memory(), START));
        PodView onFailure = pod("\"restartPolicy\":\"OnFailure\"," + containers("a", "b"));
        PodObservation anew = observed(List.of(sandbox(1, true)), exited("a", 0, 0, START), exited("b", 0, 137, START));
        assertEquals(List.of("b#1"), started(all(onFailure, anew, memory(), START)));
    }

    @Test
    void endsContainersThatFailTheirProbes() {
        PodView pod = pod("""
                "containers":[{"name":"a","image":"img","livenessProbe":{"tcpSocket":{"port":1},
                  "terminationGracePeriodSeconds":7}}]""");
        PodMemory memory = memory();
        memory.probed(id("a", 0), Probe.Kind.LIVENESS, false);
        PodAction.Stop stop = (PodAction.Stop)
                decide(pod, observed(running("a", 0)), memory, START).get(0);
        assertEquals(7, stop.graceSeconds());
        assertEquals("Container a failed liveness probe, will be restarted", stop.message());
    }

    @Test
    void replacesAContainerWhoseImageChanged() {
        PodView pod = pod("\"containers\":[{\"name\":\"a\",\"image\":\"img:2\"}]");
        PodAction.Stop stop = (PodAction.Stop)
                decide(pod, observed(running("a", 0)), memory(), START).get(0);
        assertEquals("Container a definition changed, will be restarted", stop.message());
    }

    @Test
    void failsAPodAtItsDeadline() {
        PodView pod = pod("\"activeDeadlineSeconds\":60," + containers("a"));
        PodMemory memory = memory();
        PodObservation runs = observed(running("a", 0));
        assertEquals(List.of(), all(pod, runs, memory, START.plusSeconds(59)));
        List<PodAction> actions = all(pod, runs, memory, START.plusSeconds(60));
        assertTrue(
                actions.get(0) instanceof PodAction.Fail fail && fail.reason().equals("DeadlineExceeded"));
        assertEquals(List.of(id("a", 0)), stopped(actions));
    }

    @Test
    void theHookAfterTheStartComesBeforeTheNextContainer() {
        PodView pod = pod("""
                "containers":[{"name":"a","image":"img","lifecycle":{"postStart":{"exec":{"command":["x"]}}}},
                              {"name":"b","image":"img"}]""");
        PodMemory memory = memory();
        assertEquals(List.of("a#0"), started(all(pod, observed(), memory, START)));
        memory.containerStarted("a", id("a", 0));
        PodObservation aRuns = observed(running("a", 0));
        assertTrue(all(pod, aRuns, memory, START).get(0) instanceof PodAction.RunPostStart);
        assertEquals(List.of(), all(pod, aRuns, memory, START));
        memory.postStartSucceeded(id("a", 0));
        assertEquals(List.of("b#0"), started(all(pod, aRuns, memory, START)));
    }

    @Test
    void aFailedHookEndsItsContainer() {
        PodView pod = pod("""
                "containers":[{"name":"a","image":"img","lifecycle":{"postStart":{"exec":{"command":["x"]}}}}]""");
        PodMemory memory = memory();
        memory.containerStarted("a", id("a", 0));
        all(pod, observed(running("a", 0)), memory, START);
        memory.postStartFailed(id("a", 0), "exit 1");
        assertEquals(List.of(id("a", 0)), stopped(all(pod, observed(running("a", 0)), memory, START)));
    }

    @Test
    void anAttemptThatWasCutShortIsMadeAgain() {
        PodView pod = pod("\"restartPolicy\":\"OnFailure\"," + containers("a"));
        List<PodAction> actions = all(pod, observed(created("a", 0)), memory(), START);
        assertEquals(new PodAction.RemoveContainer(id("a", 0)), actions.get(0));
        assertEquals(List.of("a#0"), started(actions));
    }

    @Test
    void aLostContainerCountsAsARestart() {
        PodView pod = pod("", containers("a"), """
                {"containerStatuses":[{"name":"a","restartCount":4,"containerID":"docker://a-4"}]}""");
        assertEquals(List.of("a#5"), started(all(pod, observed(), memory(), START)));
    }

    @Test
    void keepsTwoEndedContainersOfAName() {
        PodView pod = pod(containers("a"));
        List<PodAction> actions = all(
                pod,
                observed(running("a", 3), exited("a", 2, 1, START), exited("a", 1, 1, START), exited("a", 0, 1, START)),
                memory(),
                START);
        assertEquals(
                List.of(new PodAction.RemoveContainer(id("a", 1)), new PodAction.RemoveContainer(id("a", 0))), actions);
    }

    @Test
    void aFinishedPodIsLeftWithItsContainersOnly() {
        PodView pod = pod("", "\"restartPolicy\":\"Never\"," + containers("a"), "{\"phase\":\"Succeeded\"}");
        PodMemory memory = memory();
        assertEquals(
                List.of(new PodAction.DiscardSandbox(Pods.SANDBOX), new PodAction.Release()),
                all(pod, observed(exited("a", 0, 0, START)), memory, START));
        memory.released();
        assertEquals(List.of(), all(pod, observed(List.of(), exited("a", 0, 0, START)), memory, START));
    }
}
