package dev.troupe.node.worker;

import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.Handler;
import dev.troupe.node.pod.PodAction;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.pod.Probe;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.SandboxState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A worker's work that blocks. Looks and steps run on the bounded threads of the runtime; pulls, hooks and probes beside
 * them, each on a thread that may wait. Every stage ends with a message to the worker and never breaks.
 */
final class PodBackground {
    /** A hook after the start has no limit of its own; one that hangs for ever must not keep its thread. */
    private static final Duration POST_START_LIMIT = Duration.ofHours(1);

    private final WorkerContext context;

    PodBackground(WorkerContext context) {
        this.context = context;
    }

    /** Looks at the runtime. */
    CompletionStage<PodWorker.Command> look(String podUid, Map<ContainerId, String> terminationMessages) {
        return CompletableFuture.supplyAsync(
                        () -> Looks.at(context.backend(), podUid, terminationMessages), context.steps())
                .<PodWorker.Command>thenApply(PodWorker.Looked::new)
                .exceptionally(bug -> new PodWorker.LookFailed(String.valueOf(bug.getMessage())));
    }

    /** Carries out steps. */
    CompletionStage<PodWorker.Command> steps(PodView pod, List<PodAction.Step> steps) {
        return CompletableFuture.supplyAsync(() -> context.tools().steps().run(pod, steps), context.steps())
                .exceptionally(bug -> List.of(new StepFact.Failed(String.valueOf(bug.getMessage()))))
                .thenApply(PodWorker.StepsDone::new);
    }

    /** @return the message that its end sends to the worker; empty for what runs elsewhere */
    Optional<CompletionStage<PodWorker.Command>> launch(
            PodAction.Background action, PodView pod, Optional<PodObservation> observed) {
        String ip = address(pod, observed);
        return switch (action) {
            case PodAction.PullImage pull -> Optional.of(pull(pod, pull.container()));
            case PodAction.RunPostStart hook ->
                Optional.of(run(hook.container(), hook.id(), ip, hook.handler(), POST_START_LIMIT)
                        .thenApply(result -> new PodWorker.HookEnded(hook.container(), hook.id(), false, result)));
            case PodAction.RunPreStop hook ->
                Optional.of(
                        run(hook.container(), hook.id(), ip, hook.handler(), Duration.ofSeconds(hook.timeoutSeconds()))
                                .thenApply(
                                        result -> new PodWorker.HookEnded(hook.container(), hook.id(), true, result)));
            case PodAction.ConfirmDeletion confirm -> Optional.empty();
        };
    }

    private CompletionStage<PodWorker.Command> pull(PodView pod, ContainerView container) {
        return CompletableFuture.supplyAsync(() -> context.tools().puller().pull(pod, container), context.waiting())
                .exceptionally(bug -> Optional.of(String.valueOf(bug.getMessage())))
                .thenApply(error -> new PodWorker.PullEnded(container, error));
    }

    /** Empty if the pod has no such container. */
    Optional<CompletionStage<PodWorker.Command>> probe(
            ProbeTable.Key key, Probe probe, PodView pod, Optional<PodObservation> observed) {
        String ip = address(pod, observed);
        return pod.container(key.container())
                .map(container -> run(container, key.id(), ip, probe.handler(), probe.timeout())
                        .thenApply(result -> new PodWorker.ProbeEnded(key, result)));
    }

    private CompletionStage<HandlerResult> run(
            ContainerView container, ContainerId id, String podIp, Handler handler, Duration limit) {
        HandlerRunner.Target target = new HandlerRunner.Target(id, container, podIp);
        return CompletableFuture.supplyAsync(
                        () -> context.backend().handlers().run(target, handler, limit), context.waiting())
                .exceptionally(bug -> HandlerResult.error(String.valueOf(bug.getMessage())));
    }

    /** Where HTTP and TCP go. */
    private String address(PodView pod, Optional<PodObservation> observed) {
        List<String> own = pod.hostNetwork()
                ? context.node().addresses()
                : observed.flatMap(PodObservation::readySandbox)
                        .map(SandboxState::address)
                        .orElse(List.of());
        return own.isEmpty() ? "127.0.0.1" : own.get(0);
    }
}
