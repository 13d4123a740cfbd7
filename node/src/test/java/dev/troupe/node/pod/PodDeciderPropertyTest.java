package dev.troupe.node.pod;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.ContainerState.Exit;
import dev.troupe.node.runtime.ContainerState.Phase;
import dev.troupe.node.runtime.SandboxState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random lives of pods against a runtime that is a list: what must hold after every step of each. */
class PodDeciderPropertyTest {
    private static final int LIVES = 400;
    private static final int STEPS = 120;
    private static final List<String> POLICIES = List.of("Always", "OnFailure", "Never");

    @Test
    void noLifeBreaksTheRules() {
        for (long seed = 1; seed <= LIVES; seed++) {
            new Life(seed).run();
        }
    }

    private static final class Life {
        private final long seed;
        private final SplittableRandom random;
        private final String spec;
        private final PodMemory memory = new PodMemory();
        private final Map<ContainerId, ContainerState> containers = new HashMap<>();
        private final List<SandboxState> sandboxes = new ArrayList<>();
        private final Map<String, Integer> attempts = new HashMap<>();
        private Instant now = Pods.START;
        private boolean deleting;
        private boolean confirmed;

        Life(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            String policy = POLICIES.get(random.nextInt(3));
            String init = random.nextBoolean()
                    ? "\"initContainers\":[{\"name\":\"i\",\"image\":\"img\"}"
                            + (random.nextBoolean()
                                    ? ",{\"name\":\"s\",\"image\":\"img\",\"restartPolicy\":\"Always\"}"
                                    : "")
                            + "],"
                    : "";
            this.spec = "\"restartPolicy\":\"" + policy + "\"," + init + Pods.containers("a", "b");
            memory.started(now);
        }

        private PodView pod() {
            String metadata =
                    deleting ? "\"deletionTimestamp\":\"2026-11-23T08:00:30Z\",\"deletionGracePeriodSeconds\":5," : "";
            return Pods.pod(metadata, spec, "{}");
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                turn();
                happen();
                now = now.plusSeconds(random.nextInt(20));
            }
            deleting = true;
            for (int step = 0; step < 20 && !confirmed; step++) {
                turn();
                now = now.plusSeconds(10);
            }
            assertTrue(confirmed, "seed " + seed + ": a deleted pod does not end: " + containers.values());
            assertTrue(sandboxes.isEmpty(), "seed " + seed + ": a sandbox is left");
        }

        private void turn() {
            for (int round = 0; round < 20; round++) {
                PodObservation observed =
                        new PodObservation(List.copyOf(sandboxes), List.copyOf(containers.values()), Map.of());
                memory.keepOnly(containers.keySet());
                PodView pod = pod();
                List<PodAction> actions =
                        PodDecider.decide(pod, observed, memory, now).actions();
                if (actions.isEmpty()) {
                    return;
                }
                for (PodAction action : actions) {
                    memory.begin(action, now);
                    perform(pod, action);
                }
            }
            throw new AssertionError("seed " + seed + ": decisions do not come to an end");
        }

        private void perform(PodView pod, PodAction action) {
            switch (action) {
                case PodAction.MountVolumes mount -> memory.volumesMounted();
                case PodAction.CreateSandbox create -> {
                    assertTrue(sandboxes.isEmpty(), "seed " + seed + ": two sandboxes");
                    sandboxes.add(Pods.sandbox(create.attempt(), true));
                }
                case PodAction.DiscardSandbox discard ->
                    sandboxes.removeIf(
                            sandbox -> sandbox.id().equals(discard.sandbox().id()));
                case PodAction.StartContainer start -> start(pod, start);
                case PodAction.Signal signal -> {
                    if (signal.kill() || random.nextBoolean()) {
                        end(signal.id(), signal.kill() ? 137 : 0);
                    }
                }
                case PodAction.RemoveContainer remove -> containers.remove(remove.id());
                case PodAction.Release release -> {
                    assertTrue(running().isEmpty(), "seed " + seed + ": files taken from running containers");
                    memory.released();
                }
                case PodAction.ConfirmDeletion confirm -> {
                    assertTrue(running().isEmpty(), "seed " + seed + ": confirmed while something runs");
                    confirmed = true;
                }
                case PodAction.PullImage pull -> memory.pullSucceeded(pull.container());
                case PodAction.RunPostStart hook -> memory.postStartSucceeded(hook.id());
                case PodAction.RunPreStop hook -> memory.preStopEnded(hook.id());
                case PodAction.Note note -> {}
            }
        }

        private void start(PodView pod, PodAction.StartContainer start) {
            String name = start.container().name();
            assertFalse(deleting, "seed " + seed + ": started while it ends");
            assertTrue(
                    running().stream().noneMatch(running -> running.name().equals(name)),
                    "seed " + seed + ": two of one name run");
            int before = attempts.getOrDefault(name, -1);
            assertTrue(start.attempt() > before, "seed " + seed + ": attempt " + start.attempt() + " again");
            if (!start.container().init()) {
                boolean initialized = pod.initContainers().stream()
                        .filter(init -> !init.isSidecar())
                        .allMatch(init -> containers.values().stream()
                                .anyMatch(container -> container.name().equals(init.name())
                                        && container
                                                .exit()
                                                .filter(exit -> exit.code() == 0)
                                                .isPresent()));
                assertTrue(initialized, "seed " + seed + ": started before the init containers ended");
            }
            if (random.nextInt(10) == 0) {
                memory.pullNeeded(name);
                return;
            }
            attempts.put(name, start.attempt());
            ContainerState running =
                    Pods.container(name, start.attempt(), start.sandbox().attempt(), Phase.RUNNING, Optional.empty());
            containers.put(running.id(), running);
            memory.containerStarted(name, running.id());
        }

        private List<ContainerState> running() {
            return containers.values().stream()
                    .filter(ContainerState::isRunning)
                    .toList();
        }

        private void end(ContainerId id, int code) {
            containers.computeIfPresent(
                    id,
                    (key, before) -> before.isRunning()
                            ? Pods.container(
                                    before.name(),
                                    before.attempt(),
                                    Integer.parseInt(before.sandbox().value().substring("sandbox-".length())),
                                    Phase.EXITED,
                                    Optional.of(new Exit(code, false, "", now)))
                            : before);
        }

        private void happen() {
            List<ContainerState> running = running();
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    if (!running.isEmpty()) {
                        end(running.get(random.nextInt(running.size())).id(), random.nextInt(2));
                    }
                }
                case 3 -> {
                    if (!sandboxes.isEmpty()) {
                        SandboxState sandbox = sandboxes.get(0);
                        sandboxes.set(0, Pods.sandbox(sandbox.attempt(), false));
                    }
                }
                case 4 -> {
                    if (!running.isEmpty()) {
                        memory.probed(
                                running.get(random.nextInt(running.size())).id(), Probe.Kind.LIVENESS, false);
                    }
                }
                default -> {}
            }
        }
    }
}
