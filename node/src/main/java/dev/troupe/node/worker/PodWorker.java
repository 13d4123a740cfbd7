package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.Handler;
import dev.troupe.node.pod.PodAction;
import dev.troupe.node.pod.PodDecider;
import dev.troupe.node.pod.PodDecision;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.pod.PodMemory;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.pod.Probe;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.SandboxState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Runs one pod. It owns the pod's containers and is the only writer of its status; it persists nothing: the runtime
 * keeps the containers and the API the status, and a worker begun anew adopts what it finds. When the pod is deleted it
 * ends the containers, tells the API, and stops once the API has let the pod go.
 *
 * <p>A turn: look at the runtime, decide, do the steps, look again, until there is nothing to do.
 */
public final class PodWorker extends AbstractBehavior<PodWorker.Command> {
    /** Decisions without a step between two looks; each of them notes something, and there is not so much to note. */
    private static final int MAX_ROUNDS = 8;

    /** Work that lasts longer is reported while it goes on. */
    private static final Duration REPORT_DELAY = Duration.ofMillis(300);

    /** A hook after the start has no limit of its own; one that hangs for ever must not keep its thread. */
    private static final Duration POST_START_LIMIT = Duration.ofHours(1);

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    /** What a worker understands. */
    public sealed interface Command {}

    /** The API has a newer version of the pod. */
    public record PodUpdated(PodVersion pod) implements Command {}

    /** The API has the pod no more. */
    public record PodRemoved(PodVersion last) implements Command {}

    /** Something may have changed in the runtime. */
    public record RuntimeChanged() implements Command {}

    /** A ConfigMap or Secret that the pod's volumes show has changed. */
    public record ReferencesChanged() implements Command {}

    /** Asks for an answer once the API has the status as it is. */
    public record ReportStatus(ActorRef<StatusReported> replyTo) implements Command {}

    /** The answer. */
    public record StatusReported(String podUid) {}

    private record Looked(PodObservation observed) implements Command {}

    private record LookFailed(String message) implements Command {}

    private record StepsDone(List<StepFact> facts) implements Command {}

    private record PullEnded(ContainerView container, Optional<String> error) implements Command {}

    private record HookEnded(ContainerView container, ContainerId id, boolean preStop, HandlerResult result)
            implements Command {}

    private record ProbeDue(ProbeTable.Key key) implements Command {}

    private record ProbeEnded(ProbeTable.Key key, HandlerResult result) implements Command {}

    private record StatusWritten(Outcome<WriteResult> outcome) implements Command {}

    private record DeletionAnswered(Outcome<WriteResult> outcome) implements Command {}

    private record Wake() implements Command {}

    private record ReportDue() implements Command {}

    private enum Doing {
        NOTHING,
        LOOKING,
        STEPS
    }

    private final WorkerContext worker;
    private final TimerScheduler<Command> timers;
    private final PodMemory memory = new PodMemory();
    private final ProbeTable probes;
    private final StatusReporter reporter;
    private final Map<ContainerId, String> terminationMessages = new HashMap<>();
    private final List<ActorRef<StatusReported>> awaitingReport = new ArrayList<>();
    private PodVersion pod;
    private @Nullable PodView view;
    private Optional<PodObservation> observed = Optional.empty();
    private Doing doing = Doing.NOTHING;
    private boolean lookAgain;
    private boolean gone;
    private boolean writing;
    private boolean confirming;
    private int failures;

    public static Behavior<Command> create(WorkerContext context, PodVersion pod) {
        return Behaviors.setup(actor -> Behaviors.withTimers(timers -> {
            PodWorker worker = new PodWorker(actor, timers, context, pod);
            worker.look();
            return worker;
        }));
    }

    /** A worker for containers whose pod the API does not have: it ends them. */
    public static Behavior<Command> createForOrphan(WorkerContext context, PodVersion pod) {
        return Behaviors.setup(actor -> Behaviors.withTimers(timers -> {
            PodWorker worker = new PodWorker(actor, timers, context, pod);
            worker.gone = true;
            worker.look();
            return worker;
        }));
    }

    private PodWorker(
            ActorContext<Command> actor, TimerScheduler<Command> timers, WorkerContext worker, PodVersion pod) {
        super(actor);
        this.worker = worker;
        this.timers = timers;
        this.pod = pod;
        this.reporter = new StatusReporter(worker);
        this.probes = new ProbeTable(new ProbeTable.Alarm() {
            @Override
            public void set(ProbeTable.Key key, Duration delay) {
                timers.startSingleTimer(key, new ProbeDue(key), delay.isNegative() ? Duration.ZERO : delay);
            }

            @Override
            public void cancel(ProbeTable.Key key) {
                timers.cancel(key);
            }
        });
        memory.started(worker.clock().instant());
        worker.pods().put(pod, Optional.empty());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(PodUpdated.class, this::onUpdated)
                .onMessage(PodRemoved.class, this::onRemoved)
                .onMessage(RuntimeChanged.class, message -> look())
                .onMessage(ReferencesChanged.class, message -> onReferencesChanged())
                .onMessage(ReportStatus.class, this::onReportStatus)
                .onMessage(Looked.class, this::onLooked)
                .onMessage(LookFailed.class, failed -> retry(failed.message()))
                .onMessage(StepsDone.class, this::onStepsDone)
                .onMessage(PullEnded.class, this::onPullEnded)
                .onMessage(HookEnded.class, this::onHookEnded)
                .onMessage(ProbeDue.class, this::onProbeDue)
                .onMessage(ProbeEnded.class, this::onProbeEnded)
                .onMessage(StatusWritten.class, this::onStatusWritten)
                .onMessage(DeletionAnswered.class, this::onDeletionAnswered)
                .onMessage(Wake.class, message -> decide())
                .onMessage(ReportDue.class, message -> report())
                .build();
    }

    private Behavior<Command> onUpdated(PodUpdated update) {
        if (update.pod().resourceVersion() > pod.resourceVersion()) {
            setPod(update.pod());
            return decide();
        }
        return this;
    }

    private Behavior<Command> onRemoved(PodRemoved removed) {
        gone = true;
        setPod(removed.last());
        return decide();
    }

    private void setPod(PodVersion newer) {
        pod = newer;
        view = null;
        worker.pods().put(pod, Optional.empty());
    }

    private Behavior<Command> onReferencesChanged() {
        memory.volumesStale();
        return decide();
    }

    private Behavior<Command> onReportStatus(ReportStatus ask) {
        awaitingReport.add(ask.replyTo());
        return observed.isEmpty() || writing ? this : report();
    }

    /** Looks at the runtime, now or after what goes on. */
    private Behavior<Command> look() {
        if (doing != Doing.NOTHING) {
            lookAgain = true;
            return this;
        }
        doing = Doing.LOOKING;
        lookAgain = false;
        Map<ContainerId, String> known = Map.copyOf(terminationMessages);
        String uid = pod.identity().uid();
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> Looks.at(worker.backend(), uid, known), worker.steps()),
                        (looked, bug) ->
                                bug == null ? new Looked(looked) : new LookFailed(String.valueOf(bug.getMessage())));
        return this;
    }

    private Behavior<Command> onLooked(Looked looked) {
        doing = Doing.NOTHING;
        failures = 0;
        terminationMessages.clear();
        terminationMessages.putAll(looked.observed().terminationMessages());
        observed = Optional.of(looked.observed());
        PodView current = view();
        for (ContainerState running : looked.observed().running()) {
            var status = current.containerStatus(running.name());
            boolean same = Json.text(status, "containerID").endsWith("://" + running.id());
            memory.adopted(running, same && Json.bool(status, "started"), same && Json.bool(status, "ready"));
        }
        memory.keepOnly(
                looked.observed().containers().stream().map(ContainerState::id).collect(Collectors.toSet()));
        return decide();
    }

    /** Decides, now or after what goes on. */
    private Behavior<Command> decide() {
        if (doing != Doing.NOTHING || observed.isEmpty()) {
            // What goes on ends with a decision.
            return this;
        }
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Instant now = worker.clock().instant();
            PodDecision decision = PodDecider.decide(view(), observed.get(), memory, now);
            List<PodAction.Step> steps = begin(decision, now);
            if (!steps.isEmpty()) {
                return doSteps(steps);
            }
            if (decision.actions().isEmpty()) {
                return rest(decision.wakeAt(), now);
            }
        }
        throw new IllegalStateException("pod " + pod.identity() + ": decisions do not come to an end");
    }

    private List<PodAction.Step> begin(PodDecision decision, Instant now) {
        List<PodAction.Step> steps = new ArrayList<>();
        for (PodAction action : decision.actions()) {
            memory.begin(action, now);
            switch (action) {
                case PodAction.Tell tell -> worker.events().record(pod.identity(), tell.event());
                case PodAction.Note note -> getContext().getLog().debug("pod {}: {}", pod.identity(), note);
                case PodAction.Step step -> steps.add(step);
                case PodAction.Background background -> launch(background);
            }
        }
        return steps;
    }

    private void launch(PodAction.Background background) {
        switch (background) {
            case PodAction.PullImage pull -> {
                PodView current = view();
                getContext()
                        .pipeToSelf(
                                CompletableFuture.supplyAsync(
                                        () -> worker.tools().puller().pull(current, pull.container()),
                                        worker.waiting()),
                                (error, bug) -> new PullEnded(
                                        pull.container(),
                                        bug == null ? error : Optional.of(String.valueOf(bug.getMessage()))));
            }
            case PodAction.RunPostStart hook -> runHook(hook.container(), hook.id(), hook.handler(), Optional.empty());
            case PodAction.RunPreStop hook ->
                runHook(
                        hook.container(),
                        hook.id(),
                        hook.handler(),
                        Optional.of(Duration.ofSeconds(hook.timeoutSeconds())));
            case PodAction.ConfirmDeletion confirm -> confirming = !gone;
        }
    }

    /** @param preStopLimit empty for a hook after the start */
    private void runHook(ContainerView container, ContainerId id, Handler handler, Optional<Duration> preStopLimit) {
        HandlerRunner.Target target = new HandlerRunner.Target(id, container, podIp());
        Duration limit = preStopLimit.orElse(POST_START_LIMIT);
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(
                                () -> worker.backend().handlers().run(target, handler, limit), worker.waiting()),
                        (result, bug) -> new HookEnded(
                                container,
                                id,
                                preStopLimit.isPresent(),
                                bug == null ? result : HandlerResult.error(String.valueOf(bug.getMessage()))));
    }

    private String podIp() {
        List<String> own = observed.flatMap(PodObservation::readySandbox)
                .map(SandboxState::address)
                .orElse(List.of());
        if (view().hostNetwork()) {
            own = worker.node().addresses();
        }
        return own.isEmpty() ? "127.0.0.1" : own.get(0);
    }

    private Behavior<Command> doSteps(List<PodAction.Step> steps) {
        doing = Doing.STEPS;
        PodView current = view();
        if (!timers.isTimerActive(ReportDue.class)) {
            timers.startSingleTimer(ReportDue.class, new ReportDue(), REPORT_DELAY);
        }
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(
                                () -> worker.tools().steps().run(current, steps), worker.steps()),
                        (facts, bug) -> bug == null
                                ? new StepsDone(facts)
                                : new StepsDone(List.of(new StepFact.Failed(String.valueOf(bug.getMessage())))));
        return this;
    }

    private Behavior<Command> onStepsDone(StepsDone done) {
        doing = Doing.NOTHING;
        boolean changed = lookAgain;
        for (StepFact fact : done.facts()) {
            changed |= learn(fact);
        }
        Optional<String> failed = done.facts().stream()
                .filter(StepFact.Failed.class::isInstance)
                .map(fact -> ((StepFact.Failed) fact).message())
                .findFirst();
        if (failed.isPresent()) {
            return retry(failed.get());
        }
        return changed ? look() : decide();
    }

    /** @return whether only a look at the runtime tells how things are now */
    private boolean learn(StepFact fact) {
        Instant now = worker.clock().instant();
        switch (fact) {
            case StepFact.VolumesMounted mounted -> memory.volumesMounted();
            case StepFact.VolumesFailed failed -> memory.volumesFailed(now);
            case StepFact.SandboxCreated created -> {
                memory.sandboxCreated();
                observed = observed.map(before -> before.with(created.sandbox()));
                // What was discarded before it is still in the observation.
                return observed.filter(all -> all.sandboxes().size() > 1).isPresent();
            }
            case StepFact.SandboxFailed failed -> {
                memory.sandboxFailed(now);
                return true;
            }
            case StepFact.ContainerStarted started -> {
                memory.containerStarted(started.name(), started.id());
                return true;
            }
            case StepFact.PullNeeded needed -> memory.pullNeeded(needed.name());
            case StepFact.StartFailed failed -> {
                memory.startFailed(failed.name(), failed.reason(), failed.message(), now);
                return true;
            }
            case StepFact.SignalFailed failed -> memory.signalFailed(failed.id());
            case StepFact.Released released -> memory.released();
            case StepFact.RuntimeChanged changed -> {
                return true;
            }
            case StepFact.Failed failed -> {}
        }
        return false;
    }

    private Behavior<Command> retry(String why) {
        doing = Doing.NOTHING;
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 5));
        failures++;
        getContext().getLog().warn("pod {}: trying again: {}", pod.identity(), why);
        timers.startSingleTimer(
                RuntimeChanged.class, new RuntimeChanged(), delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY);
        return this;
    }

    /** Nothing to do for now. */
    private Behavior<Command> rest(Optional<Instant> wakeAt, Instant now) {
        if (lookAgain) {
            return look();
        }
        PodObservation found = observed.orElseThrow();
        probes.follow(view(), found, now);
        timers.cancel(Wake.class);
        wakeAt.ifPresent(at -> {
            Duration delay = Duration.between(now, at);
            timers.startSingleTimer(Wake.class, new Wake(), delay.isNegative() ? Duration.ZERO : delay);
        });
        if (gone && found.isStopped() && memory.isReleased()) {
            return leave(found);
        }
        timers.cancel(ReportDue.class);
        return report();
    }

    private Behavior<Command> leave(PodObservation found) {
        if (!found.containers().isEmpty()) {
            return doSteps(found.containers().stream()
                    .<PodAction.Step>map(container -> new PodAction.RemoveContainer(container.id()))
                    .toList());
        }
        worker.pods().remove(pod.identity().uid());
        return Behaviors.stopped();
    }

    private Behavior<Command> onPullEnded(PullEnded ended) {
        String name = ended.container().name();
        String image = ended.container().image();
        Instant now = worker.clock().instant();
        ended.error()
                .ifPresentOrElse(
                        error -> memory.pullFailed(name, image, error, now), () -> memory.pullSucceeded(name, image));
        return decide();
    }

    private Behavior<Command> onHookEnded(HookEnded ended) {
        boolean succeeded = ended.result().succeeded();
        String hook = ended.preStop() ? "PreStop" : "PostStart";
        if (!succeeded) {
            getContext()
                    .getLog()
                    .info(
                            "pod {}: {} hook: {}",
                            pod.identity(),
                            hook,
                            ended.result().output());
            worker.events()
                    .record(
                            pod.identity(),
                            PodEvent.warning("Failed" + hook + "Hook", hook + "Hook failed")
                                    .of(ended.container()));
        }
        if (ended.preStop()) {
            memory.preStopEnded(ended.id());
        } else if (succeeded) {
            memory.postStartSucceeded(ended.id());
        } else {
            memory.postStartFailed(ended.id(), ended.result().output());
        }
        return decide();
    }

    private Behavior<Command> onProbeDue(ProbeDue due) {
        PodView current = view();
        Optional<Probe> probe = probes.due(due.key(), current, memory);
        Optional<ContainerView> container = current.container(due.key().container());
        if (probe.isPresent() && container.isPresent()) {
            HandlerRunner.Target target = new HandlerRunner.Target(due.key().id(), container.get(), podIp());
            getContext()
                    .pipeToSelf(
                            CompletableFuture.supplyAsync(
                                    () -> worker.backend()
                                            .handlers()
                                            .run(
                                                    target,
                                                    probe.get().handler(),
                                                    probe.get().timeout()),
                                    worker.waiting()),
                            (result, bug) -> new ProbeEnded(
                                    due.key(),
                                    bug == null ? result : HandlerResult.error(String.valueOf(bug.getMessage()))));
        }
        return this;
    }

    private Behavior<Command> onProbeEnded(ProbeEnded ended) {
        HandlerResult result = ended.result();
        ProbeTable.Key key = ended.key();
        if (!result.succeeded()) {
            String what = result.kind() == HandlerResult.Kind.ERROR
                    ? " probe errored and resulted in unknown state: "
                    : " probe failed: ";
            view().container(key.container())
                    .ifPresent(container -> worker.events()
                            .record(
                                    pod.identity(),
                                    PodEvent.warning("Unhealthy", key.kind().title() + what + result.output())
                                            .of(container)));
        }
        if (result.kind() == HandlerResult.Kind.ERROR) {
            // It says nothing about the container.
            return this;
        }
        Optional<Boolean> outcome = probes.ended(key, result.succeeded());
        if (outcome.isEmpty()) {
            return this;
        }
        memory.probed(key.id(), key.kind(), outcome.get());
        return decide();
    }

    /** Tells the API the status, if it has another. */
    private Behavior<Command> report() {
        if (observed.isEmpty() || writing || gone) {
            answerIfDone();
            return this;
        }
        Optional<ObjectNode> missing = reporter.missing(
                pod, view(), observed.get(), memory, worker.clock().instant());
        if (missing.isPresent()) {
            writing = true;
            getContext()
                    .pipeToSelf(
                            reporter.write(pod, missing.get()),
                            (outcome, bug) -> new StatusWritten(Outcomes.of(outcome, bug)));
            return this;
        }
        answerIfDone();
        if (confirming && doing == Doing.NOTHING) {
            confirming = false;
            getContext()
                    .pipeToSelf(
                            reporter.remove(pod), (outcome, bug) -> new DeletionAnswered(Outcomes.of(outcome, bug)));
        }
        if (doing == Doing.NOTHING) {
            // Parsed again when something happens: most pods rest most of the time.
            view = null;
        }
        return this;
    }

    private void answerIfDone() {
        if (!writing) {
            awaitingReport.forEach(
                    replyTo -> replyTo.tell(new StatusReported(pod.identity().uid())));
            awaitingReport.clear();
        }
    }

    private Behavior<Command> onStatusWritten(StatusWritten written) {
        writing = false;
        switch (written.outcome()) {
            case Outcome.Success<WriteResult> success -> {
                PodVersion now = PodVersion.of(success.value().object());
                if (now.resourceVersion() > pod.resourceVersion()) {
                    setPod(now);
                }
                return doing == Doing.NOTHING ? decide() : report();
            }
            case Outcome.Failure<WriteResult> failure -> {
                int code = failure.status().code();
                if (code == 404 || code == 409) {
                    // Removed, or replaced by another pod of its name: the watch will tell.
                    answerIfDone();
                    return this;
                }
                getContext()
                        .getLog()
                        .warn(
                                "pod {}: status not written: {}",
                                pod.identity(),
                                failure.status().message());
                timers.startSingleTimer(ReportDue.class, new ReportDue(), Duration.ofSeconds(2));
                return this;
            }
        }
    }

    private Behavior<Command> onDeletionAnswered(DeletionAnswered answered) {
        if (answered.outcome() instanceof Outcome.Failure<WriteResult> failure
                && failure.status().code() != 404
                && failure.status().code() != 409) {
            getContext()
                    .getLog()
                    .warn(
                            "pod {}: not removed: {}",
                            pod.identity(),
                            failure.status().message());
            memory.deletionFailed(worker.clock().instant());
            return decide();
        }
        return this;
    }

    private PodView view() {
        PodView current = view;
        if (current == null) {
            current = gone ? Orphans.deleting(pod) : pod.view();
            view = current;
        }
        return current;
    }
}
