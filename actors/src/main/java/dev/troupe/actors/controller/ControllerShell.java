package dev.troupe.actors.controller;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Cause;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.resource.ObjectKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs one reconciler: takes changes from the store, queues the keys they concern, makes a plan for each and carries it
 * out. After a plan it waits until the store has what the plan wrote, then looks at the key again, so a reconciler never
 * sees a world older than its own deeds.
 *
 * <p>It persists nothing and owns no object. A failover loses the backoffs and the timers, which the first look at every
 * object brings back.
 */
final class ControllerShell extends AbstractBehavior<ControllerShell.Command> {
    /** Looks at keys, or changes, in a row before other messages have their turn. */
    private static final int TURN = 100;

    /** Plans of one key without a pause. A reconciler that goes on beyond it does not converge, and is slowed down. */
    private static final int BUSY_ROUNDS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(ControllerShell.class);

    sealed interface Command {}

    private record Synced() implements Command {}

    private record Changed() implements Command {}

    private record GoOn() implements Command {}

    private record Executed(WorkQueue.Work work, Plan plan, PlanResult result) implements Command {}

    private record Broken(WorkQueue.Work work, Throwable failure) implements Command {}

    private record Seen(WorkQueue.Work work, Plan plan, PlanResult result) implements Command {}

    private record Overdue(ObjectKey key, WorkQueue.Work work) implements Command {}

    private record Retry(ObjectKey key) implements Command {}

    private record Again(ObjectKey key, Cause cause) implements Command {}

    /** Names a timer: one of each sort a key. */
    private record TimerKey(String sort, ObjectKey key) {}

    private final Reconciler reconciler;
    private final ControllerRuntime runtime;
    private final InformerStore store;
    private final ActorRef<EventRecorder.Command> events;
    private final TimerScheduler<Command> timers;
    private final ChangeBuffer changes;
    private final WorkQueue queue = new WorkQueue();
    private boolean synced;
    private boolean goingOn;

    /** What a shell shares with the others of its member. */
    record Shared(ControllerRuntime runtime, InformerStore store, ActorRef<EventRecorder.Command> events) {}

    static Behavior<Command> create(Reconciler reconciler, Shared shared) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ControllerShell(context, timers, reconciler, shared)));
    }

    private ControllerShell(
            ActorContext<Command> context, TimerScheduler<Command> timers, Reconciler reconciler, Shared shared) {
        super(context);
        this.reconciler = reconciler;
        this.runtime = shared.runtime();
        this.store = shared.store();
        this.events = shared.events();
        this.timers = timers;
        ActorRef<Command> self = context.getSelf();
        this.changes = new ChangeBuffer(() -> self.tell(new Changed()));
        context.pipeToSelf(store.synced(reconciler.resources()), (done, failure) -> new Synced());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onSignal(PostStop.class, signal -> stopped())
                .onSignal(PreRestart.class, signal -> stopped())
                .onAnyMessage(this::receive)
                .build();
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Synced done -> {
                synced = true;
                store.subscribe(reconciler.resources(), changes);
            }
            case Changed changed -> {}
            case GoOn goOn -> goingOn = false;
            case Executed executed -> onExecuted(executed);
            case Broken broken -> onBroken(broken);
            case Seen seen -> onSeen(seen);
            case Overdue overdue -> onOverdue(overdue);
            case Retry retry -> queue.retry(retry.key());
            case Again again -> queue.add(again.key(), again.cause());
        }
        if (synced) {
            takeChanges();
            work();
        }
        return this;
    }

    private void takeChanges() {
        // What does not fit stays in the buffer, where later changes of the same object join it.
        int room = Math.min(TURN, runtime.settings().queueLimit() - queue.size());
        if (room <= 0) {
            return;
        }
        for (ChangeBuffer.Noted noted : changes.drain(room)) {
            Cause cause = new Cause(noted.change().key(), noted.resourceVersion());
            try {
                reconciler.affectedBy(noted.change(), store).forEach(key -> queue.add(key, cause));
            } catch (RuntimeException bug) {
                LOG.error("{}: does not know whom a change of {} concerns", reconciler.name(), cause.object(), bug);
            }
        }
        if (!changes.isEmpty()) {
            goOn();
        }
    }

    private void work() {
        for (int looks = 0; queue.running() < runtime.settings().parallelKeys(); looks++) {
            if (looks == TURN) {
                goOn();
                return;
            }
            Optional<WorkQueue.Work> next = queue.next();
            if (next.isEmpty()) {
                return;
            }
            begin(next.get());
        }
    }

    private void goOn() {
        if (!goingOn) {
            goingOn = true;
            getContext().getSelf().tell(new GoOn());
        }
    }

    private void begin(WorkQueue.Work work) {
        timers.cancel(new TimerKey("retry", work.key()));
        Plan plan;
        try {
            plan = reconciler.reconcile(
                    work.key(), viewFor(work), runtime.clock().instant());
        } catch (RuntimeException bug) {
            onBroken(new Broken(work, bug));
            return;
        }
        if (plan.isEmpty()) {
            queue.settled(work);
            lookAgain(work, plan);
            return;
        }
        timers.startSingleTimer(
                new TimerKey("overdue", work.key()),
                new Overdue(work.key(), work),
                runtime.settings().planTimeout());
        Caller caller = runtime.caller(reconciler.name()).because(work.cause());
        PlanExecution execution = new PlanExecution(
                runtime, caller, event -> events.tell(new EventRecorder.Record(reconciler.component(), caller, event)));
        getContext()
                .pipeToSelf(
                        execution.run(plan),
                        (result, failure) ->
                                failure == null ? new Executed(work, plan, result) : new Broken(work, failure));
    }

    private ClusterView viewFor(WorkQueue.Work work) {
        return work.lastFailure()
                .<ClusterView>map(failure -> new ViewAfterFailure(store, work.key(), failure))
                .orElse(store);
    }

    private void lookAgain(WorkQueue.Work work, Plan plan) {
        TimerKey timer = new TimerKey("again", work.key());
        plan.again()
                .ifPresentOrElse(
                        delay -> timers.startSingleTimer(timer, new Again(work.key(), work.cause()), delay),
                        () -> timers.cancel(timer));
    }

    private void onExecuted(Executed executed) {
        getContext()
                .pipeToSelf(
                        store.reaches(executed.result().versions()),
                        (done, failure) -> new Seen(executed.work(), executed.plan(), executed.result()));
    }

    private void onSeen(Seen seen) {
        WorkQueue.Work work = seen.work();
        if (!queue.isRunning(work)) {
            return;
        }
        timers.cancel(new TimerKey("overdue", work.key()));
        lookAgain(work, seen.plan());
        PlanResult result = seen.result();
        if (result.failure().isPresent() || result.stale()) {
            if (!result.stale()) {
                logOnce(work, result.failure().get());
            }
            failed(work, result.failure().filter(failure -> !result.stale()), result.ownWrites());
        } else if (result.written().isEmpty()) {
            // Only Events were told, or what was asked for was so already: another look would find the same.
            queue.settled(work);
        } else if (queue.progressed(work) > BUSY_ROUNDS) {
            queue.postpone(work.key());
            retryAfter(work.key(), runtime.backoff().after(BUSY_ROUNDS));
        }
    }

    private void logOnce(WorkQueue.Work work, PlanFailure failure) {
        if (work.failures() == 0) {
            try (MDC.MDCCloseable resource =
                            MDC.putCloseable("resource", work.key().resource().toString());
                    MDC.MDCCloseable key =
                            MDC.putCloseable("key", work.key().name().toString())) {
                LOG.warn(
                        "{}: {}: {}",
                        reconciler.name(),
                        failure.step().getClass().getSimpleName(),
                        failure.status().message());
            }
        }
    }

    private void onBroken(Broken broken) {
        if (queue.isRunning(broken.work())) {
            timers.cancel(new TimerKey("overdue", broken.work().key()));
            if (broken.work().failures() == 0) {
                LOG.error("{}: {} failed", reconciler.name(), broken.work().key(), broken.failure());
            }
            failed(broken.work(), Optional.empty(), Set.of());
        }
    }

    private void onOverdue(Overdue overdue) {
        if (queue.isRunning(overdue.work())) {
            LOG.warn(
                    "{}: {}: no answer, or its writes were not seen, within {}",
                    reconciler.name(),
                    overdue.key(),
                    runtime.settings().planTimeout());
            failed(overdue.work(), Optional.empty(), Set.of());
        }
    }

    private void failed(WorkQueue.Work work, Optional<PlanFailure> failure, Set<Cause> own) {
        if (queue.failed(work, failure, new HashSet<>(own))) {
            retryAfter(work.key(), runtime.backoff().after(work.failures() + 1));
        }
    }

    private void retryAfter(ObjectKey key, Duration delay) {
        timers.startSingleTimer(new TimerKey("retry", key), new Retry(key), delay);
    }

    private Behavior<Command> stopped() {
        store.unsubscribe(reconciler.resources(), changes);
        return this;
    }
}
