package dev.troupe.actors.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.controller.ChangeBuffer;
import dev.troupe.actors.controller.ControllerRuntime;
import dev.troupe.actors.controller.ControllerSupervisor;
import dev.troupe.actors.controller.EventRecorder;
import dev.troupe.actors.controller.InformerStore;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Cause;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.scheduler.ClusterPicture;
import dev.troupe.model.scheduler.PendingPod;
import dev.troupe.model.scheduler.SchedulingAlgorithm;
import dev.troupe.model.scheduler.SchedulingDecision;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

/**
 * Gives pods their nodes. It alone holds the picture of nodes and pods and the queue; it persists nothing. After a
 * restart it learns all from the store again: a pod that was assumed on a node but not bound is simply tried again, and
 * the pod's entity lets no pod be bound twice.
 */
public final class Scheduler extends AbstractBehavior<Scheduler.Command> {
    private static final String NAME = "default-scheduler";
    private static final String IDENTITY = "scheduler";
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();
    private static final GroupResource NODES = BuiltInTypes.NODES.groupResource();
    private static final Set<GroupResource> OBSERVED = Set.of(PODS, NODES);

    /** Bindings under way: enough to keep the journal's batches full, few enough to notice failures soon. */
    private static final int MAX_BINDING = 128;

    /** Decisions and changes in one turn, so that answers are not kept waiting. */
    private static final int TURN = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /** What the scheduler tells itself. */
    public sealed interface Command {}

    private record Synced() implements Command {}

    private record Changed() implements Command {}

    private record GoOn() implements Command {}

    private record BindingAnswered(SchedulingQueue.Entry entry, String node, Outcome<WriteResult> outcome)
            implements Command {}

    private record BindingBroke(SchedulingQueue.Entry entry, Throwable failure) implements Command {}

    private record BackoffOver(String uid, Cause cause) implements Command {}

    private record StatusTold(String pod, Optional<Status> refused) implements Command {}

    private final ControllerRuntime runtime;
    private final InformerStore store;
    private final ActorRef<EventRecorder.Command> events;
    private final TimerScheduler<Command> timers;
    private final ChangeBuffer changes;
    private final ClusterPicture picture = new ClusterPicture();
    private final SchedulingQueue queue = new SchedulingQueue();
    private boolean synced;
    private boolean goingOn;
    private int binding;

    /** How the controllers' supervisor starts it. */
    public static ControllerSupervisor.Observer observer() {
        return new ControllerSupervisor.Observer() {
            @Override
            public String name() {
                return IDENTITY;
            }

            @Override
            public Set<GroupResource> resources() {
                return OBSERVED;
            }

            @Override
            public Behavior<?> behavior(
                    ControllerRuntime runtime, InformerStore store, ActorRef<EventRecorder.Command> events) {
                return Behaviors.<Command>setup(context ->
                        Behaviors.withTimers(timers -> new Scheduler(context, timers, runtime, store, events)));
            }
        };
    }

    private Scheduler(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ControllerRuntime runtime,
            InformerStore store,
            ActorRef<EventRecorder.Command> events) {
        super(context);
        this.runtime = runtime;
        this.store = store;
        this.events = events;
        this.timers = timers;
        ActorRef<Command> self = context.getSelf();
        this.changes = new ChangeBuffer(() -> self.tell(new Changed()));
        context.pipeToSelf(store.synced(OBSERVED), (done, failure) -> new Synced());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onSignal(PostStop.class, signal -> stopped())
                .onSignal(PreRestart.class, signal -> stopped())
                .onAnyMessage(this::receive)
                .build();
    }

    private Behavior<Command> stopped() {
        store.unsubscribe(OBSERVED, changes);
        return this;
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Synced done -> {
                synced = true;
                store.subscribe(OBSERVED, changes);
            }
            case Changed changed -> {}
            case GoOn goOn -> goingOn = false;
            case BindingAnswered answered -> onBindingAnswered(answered);
            case BindingBroke broke -> {
                LOG.error("binding pod {} failed", broke.entry().pod().object().name(), broke.failure());
                onBindingFailed(broke.entry(), "the binding's outcome is unknown");
            }
            case BackoffOver over -> queue.wake(over.uid(), over.cause());
            case StatusTold told ->
                told.refused()
                        .ifPresent(why -> LOG.debug("{}: its status was not told: {}", told.pod(), why.message()));
        }
        if (synced) {
            observe();
            schedule();
        }
        return this;
    }

    private void observe() {
        for (ChangeBuffer.Noted noted : changes.drain(TURN)) {
            Cause cause = new Cause(noted.change().key(), noted.resourceVersion());
            if (noted.change().key().resource().equals(NODES)) {
                observeNode(noted.change(), cause);
            } else {
                observePod(noted.change(), cause);
            }
        }
        if (!changes.isEmpty()) {
            goOn();
        }
    }

    private void observeNode(ObservedChange change, Cause cause) {
        if (change.after().isEmpty()) {
            picture.removeNode(change.key().name().name());
            return;
        }
        StoredObject node = change.after().get();
        Optional<StoredObject> before = picture.node(node.meta().name());
        picture.putNode(node);
        if (before.isEmpty() || differsForPods(before.get(), node)) {
            wake(cause, any -> true);
        }
    }

    private static boolean differsForPods(StoredObject before, StoredObject after) {
        return !before.meta().labels().equals(after.meta().labels())
                || !before.tree().path("spec").equals(after.tree().path("spec"))
                || !Json.at(before.tree(), "status", "allocatable")
                        .equals(Json.at(after.tree(), "status", "allocatable"));
    }

    private void observePod(ObservedChange change, Cause cause) {
        String uid = change.object().meta().uid();
        // A namesake took the place of the pod that was known.
        change.before()
                .map(pod -> pod.meta().uid())
                .filter(old -> !old.equals(uid))
                .ifPresent(old -> gone(old, cause));
        if (change.after().isEmpty() || isFinished(change.after().get())) {
            gone(uid, cause);
            return;
        }
        StoredObject pod = change.after().get();
        String node = Json.text(pod.tree(), "spec", "nodeName");
        if (!node.isEmpty()) {
            queue.remove(uid);
            boolean wasPlaced = picture.isPlaced(uid);
            picture.place(PendingPod.of(pod), node);
            if (!wasPlaced) {
                wake(cause, Scheduler::wantsCompany);
            }
        } else if (!isMine(pod)) {
            queue.remove(uid);
        } else if (!picture.isPlaced(uid)) {
            offer(pod, cause);
        }
    }

    private void offer(StoredObject pod, Cause cause) {
        Optional<SchedulingQueue.Entry> known = queue.find(pod.meta().uid());
        boolean sameWish = known.map(entry -> entry.pod().object())
                .filter(old -> old.tree().path("spec").equals(pod.tree().path("spec"))
                        && old.meta().labels().equals(pod.meta().labels()))
                .isPresent();
        if (sameWish) {
            queue.refresh(PendingPod.of(pod));
        } else {
            queue.offer(PendingPod.of(pod), cause);
        }
    }

    private void gone(String uid, Cause cause) {
        queue.remove(uid);
        if (picture.unplace(uid)) {
            wake(cause, any -> true);
        }
    }

    private static boolean isFinished(StoredObject pod) {
        String phase = Json.text(pod.tree(), "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean isMine(StoredObject pod) {
        JsonNode spec = pod.tree().path("spec");
        return !pod.meta().isDeleting()
                && Json.text(spec, "schedulerName").equals(NAME)
                && spec.path("schedulingGates").isEmpty();
    }

    private static boolean wantsCompany(PendingPod pod) {
        return !Json.at(pod.spec(), "affinity", "podAffinity").isMissingNode();
    }

    private void wake(Cause cause, Predicate<PendingPod> concerned) {
        Instant now = runtime.clock().instant();
        for (SchedulingQueue.Entry entry : queue.wake(cause, now, concerned)) {
            String uid = entry.pod().uid();
            if (!timers.isTimerActive(uid)) {
                timers.startSingleTimer(uid, new BackoffOver(uid, cause), Duration.between(now, entry.notBefore()));
            }
        }
    }

    private void schedule() {
        for (int decisions = 0; binding < MAX_BINDING; decisions++) {
            if (decisions == TURN) {
                goOn();
                return;
            }
            Optional<SchedulingQueue.Entry> next = queue.next();
            if (next.isEmpty()) {
                return;
            }
            switch (SchedulingAlgorithm.decide(next.get().pod(), picture)) {
                case SchedulingDecision.Bind bind -> bind(next.get(), bind.node());
                case SchedulingDecision.Unschedulable unschedulable -> park(next.get(), unschedulable.message());
            }
        }
    }

    private void goOn() {
        if (!goingOn) {
            goingOn = true;
            getContext().getSelf().tell(new GoOn());
        }
    }

    private Caller caller(SchedulingQueue.Entry entry) {
        return runtime.caller(IDENTITY).because(entry.cause());
    }

    private void bind(SchedulingQueue.Entry entry, String node) {
        binding++;
        picture.place(entry.pod(), node);
        StoredObject pod = entry.pod().object();
        ObjectNode request = PodRequests.binding(pod, node);
        getContext()
                .pipeToSelf(
                        runtime.api()
                                .createSubresource(
                                        caller(entry), pod.key(), "binding", request, WriteOptions.internal()),
                        (outcome, failure) -> failure == null
                                ? new BindingAnswered(entry, node, outcome)
                                : new BindingBroke(entry, failure));
    }

    private void onBindingAnswered(BindingAnswered answered) {
        switch (answered.outcome()) {
            case Outcome.Success<WriteResult> success -> {
                binding--;
                StoredObject pod = answered.entry().pod().object();
                LOG.info("pod {} runs on {}", pod.name(), answered.node());
                tell(
                        answered.entry(),
                        "Normal",
                        "Scheduled",
                        "Successfully assigned " + pod.name() + " to " + answered.node());
            }
            case Outcome.Failure<WriteResult> failure ->
                onBindingFailed(answered.entry(), failure.status().message());
        }
    }

    /** The pod is as the store says, so it is tried again only if the store still has it without a node. */
    private void onBindingFailed(SchedulingQueue.Entry entry, String why) {
        binding--;
        StoredObject tried = entry.pod().object();
        LOG.info("pod {} could not be bound: {}", tried.name(), why);
        picture.unplace(entry.pod().uid());
        Optional<StoredObject> now = store.get(tried.key())
                .filter(pod -> pod.meta().uid().equals(entry.pod().uid()));
        now.filter(pod -> !Json.text(pod.tree(), "spec", "nodeName").isEmpty())
                .ifPresent(pod -> picture.place(PendingPod.of(pod), Json.text(pod.tree(), "spec", "nodeName")));
        now.filter(pod -> isMine(pod) && !picture.isPlaced(pod.meta().uid())).ifPresent(pod -> {
            queue.park(entry.failed(runtime.clock().instant(), entry.told()));
            wake(entry.cause(), other -> other.uid().equals(entry.pod().uid()));
        });
    }

    private void park(SchedulingQueue.Entry entry, String message) {
        queue.park(entry.failed(runtime.clock().instant(), message));
        tell(entry, "Warning", "FailedScheduling", message);
        if (message.equals(entry.told())) {
            return;
        }
        StoredObject pod = entry.pod().object();
        getContext()
                .pipeToSelf(
                        runtime.api()
                                .patch(
                                        caller(entry),
                                        pod.key(),
                                        "status",
                                        new Patch.StrategicMergePatch(PodRequests.unschedulable(
                                                pod, message, runtime.clock().instant())),
                                        WriteOptions.internal()),
                        (outcome, failure) -> new StatusTold(
                                pod.name().toString(),
                                outcome instanceof Outcome.Failure<WriteResult> refused
                                        ? Optional.of(refused.status())
                                        : Optional.empty()));
    }

    private void tell(SchedulingQueue.Entry entry, String type, String reason, String message) {
        events.tell(new EventRecorder.Record(
                NAME, caller(entry), new PlanStep.RecordEvent(entry.pod().object(), type, reason, message)));
    }
}
