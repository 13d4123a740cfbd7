package dev.troupe.node.worker;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteResult;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.PodAction;
import dev.troupe.node.pod.PodDecider;
import dev.troupe.node.pod.PodDecision;
import dev.troupe.node.pod.PodMemory;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
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

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);

    /** To 8 s. */
    private static final int MAX_DOUBLINGS = 4;

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

    record Looked(PodObservation observed) implements Command {}

    record LookFailed(String message) implements Command {}

    record StepsDone(List<StepFact> facts) implements Command {}

    record PullEnded(ContainerView container, Optional<String> error) implements Command {}

    record HookEnded(ContainerView container, ContainerId id, boolean preStop, HandlerResult result)
            implements Command {}

    private record ProbeDue(ProbeTable.Key key) implements Command {}

    record ProbeEnded(ProbeTable.Key key, HandlerResult result) implements Command {}

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
    private final PodBackground background;
    private final Map<ContainerId, String> terminationMessages = new HashMap<>();
    private PodVersion pod;
    private @Nullable PodView view;
    private Optional<PodObservation> observed = Optional.empty();
    private Doing doing = Doing.NOTHING;
    private boolean lookAgain;
    private boolean gone;
    private int failures;

    public static Behavior<Command> create(WorkerContext context, PodVersion pod) {
        return create(context, pod, false);
    }

    /** A worker for containers whose pod the API does not have: it ends them. */
    public static Behavior<Command> createForOrphan(WorkerContext context, PodVersion pod) {
        return create(context, pod, true);
    }

    private static Behavior<Command> create(WorkerContext context, PodVersion pod, boolean gone) {
        return Behaviors.setup(actor -> Behaviors.withTimers(timers -> {
            PodWorker worker = new PodWorker(actor, timers, context, pod);
            worker.gone = gone;
            return worker.look();
        }));
    }

    private PodWorker(
            ActorContext<Command> actor, TimerScheduler<Command> timers, WorkerContext worker, PodVersion pod) {
        super(actor);
        this.worker = worker;
        this.timers = timers;
        this.pod = pod;
        this.reporter = new StatusReporter(
                worker,
                stage -> actor.pipeToSelf(stage, (outcome, bug) -> new StatusWritten(Outcomes.of(outcome, bug))),
                stage -> actor.pipeToSelf(stage, (outcome, bug) -> new DeletionAnswered(Outcomes.of(outcome, bug))));
        this.background = new PodBackground(worker);
        this.probes = new ProbeTable(worker.events(), (key, delay) -> {
            if (delay.isPresent()) {
                timers.startSingleTimer(key, new ProbeDue(key), delay.get());
            } else {
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
                .onMessage(ReferencesChanged.class, message -> {
                    memory.volumesStale();
                    return decide();
                })
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
        setPodIfNewer(update.pod());
        return decide();
    }

    private Behavior<Command> onRemoved(PodRemoved removed) {
        gone = true;
        setPod(removed.last());
        return decide();
    }

    private void setPodIfNewer(PodVersion other) {
        if (other.resourceVersion() > pod.resourceVersion()) {
            setPod(other);
        }
    }

    private void setPod(PodVersion newer) {
        pod = newer;
        view = null;
        worker.pods().put(pod, Optional.empty());
    }

    private Behavior<Command> onReportStatus(ReportStatus ask) {
        reporter.await(ask.replyTo());
        return observed.isEmpty() ? this : report();
    }

    /** Looks at the runtime, now or after what goes on. */
    private Behavior<Command> look() {
        if (doing != Doing.NOTHING) {
            lookAgain = true;
            return this;
        }
        doing = Doing.LOOKING;
        lookAgain = false;
        pipe(background.look(pod.identity().uid(), Map.copyOf(terminationMessages)));
        return this;
    }

    private Behavior<Command> onLooked(Looked looked) {
        doing = Doing.NOTHING;
        terminationMessages.clear();
        terminationMessages.putAll(looked.observed().terminationMessages());
        observed = Optional.of(looked.observed());
        Looks.adopt(view(), looked.observed(), memory);
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
                case PodAction.ConfirmDeletion confirm -> reporter.confirmDeletion();
                case PodAction.Background beside ->
                    background.launch(beside, view(), observed).ifPresent(this::pipe);
            }
        }
        return steps;
    }

    /** Stages of the background never break. */
    private void pipe(CompletionStage<Command> stage) {
        getContext().pipeToSelf(stage, (message, bug) -> message);
    }

    private Behavior<Command> doSteps(List<PodAction.Step> steps) {
        doing = Doing.STEPS;
        if (!timers.isTimerActive(ReportDue.class)) {
            timers.startSingleTimer(ReportDue.class, new ReportDue(), REPORT_DELAY);
        }
        pipe(background.steps(view(), steps));
        return this;
    }

    private Behavior<Command> onStepsDone(StepsDone done) {
        doing = Doing.NOTHING;
        boolean changed = lookAgain;
        for (StepFact fact : done.facts()) {
            changed |= StepFacts.learn(memory, fact, worker.clock().instant());
            if (fact instanceof StepFact.SandboxCreated created) {
                observed = observed.map(before -> before.with(created.sandbox()));
            }
        }
        Optional<String> failed = StepFacts.failure(done.facts());
        if (failed.isPresent()) {
            return retry(failed.get());
        }
        return changed ? look() : decide();
    }

    private Behavior<Command> retry(String why) {
        doing = Doing.NOTHING;
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures++, MAX_DOUBLINGS));
        getContext().getLog().warn("pod {}: trying again in {}: {}", pod.identity(), delay, why);
        timers.startSingleTimer(RuntimeChanged.class, new RuntimeChanged(), delay);
        return this;
    }

    /** Nothing to do for now. */
    private Behavior<Command> rest(Optional<Instant> wakeAt, Instant now) {
        if (lookAgain) {
            return look();
        }
        failures = 0;
        PodObservation found = observed.orElseThrow();
        probes.follow(view(), found, now);
        timers.cancel(Wake.class);
        wakeAt.ifPresent(at -> {
            Duration delay = Duration.between(now, at);
            timers.startSingleTimer(Wake.class, new Wake(), delay.isNegative() ? Duration.ZERO : delay);
        });
        if (gone && found.isStopped() && memory.isReleased()) {
            if (!found.containers().isEmpty()) {
                return doSteps(Orphans.removals(found));
            }
            worker.pods().remove(pod.identity().uid());
            return Behaviors.stopped();
        }
        timers.cancel(ReportDue.class);
        return report();
    }

    private Behavior<Command> onPullEnded(PullEnded ended) {
        Instant now = worker.clock().instant();
        ended.error()
                .ifPresentOrElse(
                        error -> memory.pullFailed(ended.container(), error, now),
                        () -> memory.pullSucceeded(ended.container()));
        return decide();
    }

    private Behavior<Command> onHookEnded(HookEnded ended) {
        StepFacts.learn(memory, ended).ifPresent(event -> {
            getContext().getLog().info("pod {}: {} {}", pod.identity(), event.message(), ended.result());
            worker.events().record(pod.identity(), event);
        });
        return decide();
    }

    private Behavior<Command> onProbeDue(ProbeDue due) {
        PodView current = view();
        probes.due(due.key(), current, memory)
                .flatMap(probe -> background.probe(due.key(), probe, current, observed))
                .ifPresent(this::pipe);
        return this;
    }

    private Behavior<Command> onProbeEnded(ProbeEnded ended) {
        return probes.ended(ended.key(), ended.result(), view(), memory) ? decide() : this;
    }

    /** Tells the API the status, if it has another. */
    private Behavior<Command> report() {
        boolean resting = doing == Doing.NOTHING;
        if (gone || observed.isEmpty()) {
            reporter.nothingToTell(pod);
        } else if (reporter.report(pod, view(), observed.get(), memory, resting) && resting) {
            // Parsed again when something happens: most pods rest most of the time.
            view = null;
        }
        return this;
    }

    private Behavior<Command> onStatusWritten(StatusWritten written) {
        return switch (reporter.written(pod, written.outcome())) {
            case StatusReporter.Next.Newer newer -> {
                setPodIfNewer(newer.pod());
                yield doing == Doing.NOTHING ? decide() : report();
            }
            case StatusReporter.Next.Later later -> {
                timers.startSingleTimer(ReportDue.class, new ReportDue(), later.delay());
                yield this;
            }
            case StatusReporter.Next.Superseded superseded -> this;
        };
    }

    private Behavior<Command> onDeletionAnswered(DeletionAnswered answered) {
        if (reporter.isRefused(pod, answered.outcome())) {
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
