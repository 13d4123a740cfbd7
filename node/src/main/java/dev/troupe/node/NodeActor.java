package dev.troupe.node;

import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.reflect.Reflector;
import dev.troupe.node.runtime.RuntimeEvent;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.worker.PodWorker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One node. It supervises the heartbeat, which owns the Node and Lease objects, follows the pods that are bound to the
 * node and supervises a worker for each, and for each pod that the runtime has and the API has not. It persists nothing:
 * when it stops, containers run on, and a node begun anew adopts them. While the API is away everything goes on as it
 * was; when it is back, every worker first reports, and only then are the API's wishes followed.
 */
public final class NodeActor extends AbstractBehavior<NodeActor.Command> {
    /** How long the workers may take to report after the API was away before its changes are followed all the same. */
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(10);

    /** Changes that wait meanwhile: more are not waited for. */
    private static final int MAX_HELD_BACK = 1000;

    /** A worker that failed on a pod will likely fail again; the node's other pods come first. */
    private static final Duration WORKER_RETRY = Duration.ofSeconds(5);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Its messages are its own; from outside it is only stopped. */
    public sealed interface Command {}

    private record Prepare() implements Command {}

    private record Prepared(NodeHealth health, Optional<RuntimeSnapshot> snapshot) implements Command {}

    private record Heard(NodeHeartbeat.News news) implements Command {}

    private record PodsReflected(Reflection reflection) implements Command {}

    private record ServicesReflected(Reflection reflection) implements Command {}

    private record Happened(RuntimeEvent event) implements Command {}

    private record Relist() implements Command {}

    private record Relisted(RuntimeSnapshot snapshot) implements Command {}

    private record RelistFailed(String why) implements Command {}

    private record PodReported(String podUid) implements Command {}

    private record FollowPods() implements Command {}

    private record ReportingOver() implements Command {}

    private final NodeContext node;
    private final TimerScheduler<Command> timers;
    private final NodeWorkers workers;
    private final Deque<Reflection> heldBack = new ArrayDeque<>();
    private Optional<AutoCloseable> events = Optional.empty();
    private Optional<ActorRef<Reflector.Command>> podReflector = Optional.empty();
    private int reflectors;
    private String nodeUid = "";
    private boolean prepared;
    private boolean begun;
    private boolean podsSynced;
    private boolean apiLost;
    private boolean reporting;

    /** Starts at once: registers, then follows its pods. */
    public static Behavior<Command> create(NodeContext node) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            NodeActor actor = new NodeActor(context, timers, node);
            ActorRef<NodeHeartbeat.News> listener = context.messageAdapter(NodeHeartbeat.News.class, Heard::new);
            context.spawn(restarting(NodeHeartbeat.create(node, listener)), "heartbeat");
            actor.prepare();
            return actor;
        }));
    }

    private NodeActor(ActorContext<Command> context, TimerScheduler<Command> timers, NodeContext node) {
        super(context);
        this.timers = timers;
        this.node = node;
        ActorRef<PodWorker.StatusReported> reports =
                context.messageAdapter(PodWorker.StatusReported.class, reported -> new PodReported(reported.podUid()));
        this.workers = new NodeWorkers(context, node, reports);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Prepare.class, message -> prepare())
                .onMessage(Prepared.class, this::onPrepared)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(PodsReflected.class, this::onPods)
                .onMessage(ServicesReflected.class, this::onServices)
                .onMessage(Happened.class, this::onHappened)
                .onMessage(Relist.class, message -> relist())
                .onMessage(Relisted.class, this::onRelisted)
                .onMessage(RelistFailed.class, this::onRelistFailed)
                .onMessage(PodReported.class, this::onPodReported)
                .onMessage(FollowPods.class, message -> followPods())
                .onMessage(ReportingOver.class, message -> stopHoldingBack())
                .onSignal(Terminated.class, this::onWorkerStopped)
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    /** Sees what the runtime has, before anything of it is touched. */
    private Behavior<Command> prepare() {
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(
                                node::prepare, node.worker().steps()),
                        (found, bug) -> found != null
                                ? new Prepared(found.health(), found.snapshot())
                                : new Prepared(NodeHealth.failed(String.valueOf(bug)), Optional.empty()));
        return this;
    }

    private Behavior<Command> onPrepared(Prepared found) {
        if (found.snapshot().isPresent()) {
            prepared = true;
            workers.observed(found.snapshot().get());
        } else {
            getContext()
                    .getLog()
                    .warn("node {}: {}", node.settings().name(), found.health().fault());
            timers.startSingleTimer(Prepare.class, new Prepare(), RETRY);
        }
        beginIfReady();
        return this;
    }

    private Behavior<Command> onHeard(Heard heard) {
        switch (heard.news()) {
            case NodeHeartbeat.NodeKnown known -> {
                nodeUid = known.uid();
                beginIfReady();
            }
            case NodeHeartbeat.ApiAway away -> apiLost = true;
        }
        return this;
    }

    private void beginIfReady() {
        if (begun || !prepared || nodeUid.isEmpty()) {
            return;
        }
        begun = true;
        timers.startTimerWithFixedDelay(new Relist(), node.settings().timing().relist());
        ActorRef<Command> self = getContext().getSelf();
        events = Optional.of(node.worker().backend().runtime().events(event -> self.tell(new Happened(event))));
        followPods();
        node.services()
                .ifPresent(known ->
                        reflect(WatchRequest.state(BuiltInTypes.SERVICES), "services", ServicesReflected::new));
        node.events().recordNode(nodeUid, PodEvent.normal("Starting", "Starting kubelet."));
    }

    private ActorRef<Reflector.Command> reflect(
            WatchRequest request, String name, java.util.function.Function<Reflection, Command> message) {
        Behavior<Reflector.Command> reflector = Reflector.create(
                node.access().api(),
                node.access().caller(),
                request,
                getContext().getSelf(),
                message);
        return getContext().spawn(restarting(reflector), name);
    }

    /** A bug in one of them must not silence the node. */
    private static <T> Behavior<T> restarting(Behavior<T> behavior) {
        return Behaviors.supervise(behavior)
                .onFailure(SupervisorStrategy.restartWithBackoff(RETRY, RETRY.multipliedBy(30), 0.2));
    }

    private Behavior<Command> onServices(ServicesReflected reflected) {
        node.services().ifPresent(known -> known.apply(reflected.reflection()));
        return this;
    }

    private Behavior<Command> onPods(PodsReflected reflected) {
        if (apiLost && podsSynced && !reporting && !workers.isEmpty()) {
            reporting = true;
            getContext()
                    .getLog()
                    .info(
                            "node {}: the API is back; reporting first",
                            node.settings().name());
            timers.startSingleTimer(ReportingOver.class, new ReportingOver(), REPORT_LIMIT);
            workers.askForReports();
        }
        if (reporting && heldBack.size() < MAX_HELD_BACK) {
            heldBack.add(reflected.reflection());
            return this;
        }
        if (reporting) {
            stopHoldingBack();
        }
        follow(reflected.reflection());
        return this;
    }

    private Behavior<Command> onPodReported(PodReported reported) {
        return workers.reported(reported.podUid()) && reporting ? stopHoldingBack() : this;
    }

    private Behavior<Command> stopHoldingBack() {
        reporting = false;
        apiLost = false;
        timers.cancel(ReportingOver.class);
        while (!heldBack.isEmpty()) {
            follow(heldBack.remove());
        }
        return this;
    }

    private void follow(Reflection reflection) {
        switch (reflection) {
            case Reflection.Replaced replaced -> {
                workers.replace(replaced.objects().values());
                podsSynced = true;
                relist();
            }
            case Reflection.Changed changed ->
                changed.changes().forEach(change -> {
                    switch (change) {
                        case Reflection.Change.Set set -> workers.set(set.object());
                        case Reflection.Change.Removed removed -> workers.removed(removed.object());
                    }
                });
        }
    }

    private Behavior<Command> onHappened(Happened happened) {
        switch (happened.event()) {
            case RuntimeEvent.PodChanged changed ->
                workers.runtimeChanged(changed.pod().uid());
            case RuntimeEvent.Resync resync -> relist();
        }
        return this;
    }

    /** Finds what the runtime's events did not tell: they may be lost. */
    private Behavior<Command> relist() {
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(node::list, node.worker().steps()),
                        (snapshot, bug) -> snapshot != null
                                ? new Relisted(snapshot)
                                : new RelistFailed(String.valueOf(bug == null ? "" : bug.getMessage())));
        return this;
    }

    private Behavior<Command> onRelisted(Relisted relisted) {
        workers.observed(relisted.snapshot());
        if (podsSynced) {
            workers.endOrphans();
        }
        return this;
    }

    private Behavior<Command> onRelistFailed(RelistFailed failed) {
        getContext()
                .getLog()
                .warn(
                        "node {}: the runtime does not answer: {}",
                        node.settings().name(),
                        failed.why());
        return this;
    }

    private Behavior<Command> onWorkerStopped(Terminated terminated) {
        workers.stopped(terminated.getRef().unsafeUpcast());
        if (terminated instanceof ChildFailed failed) {
            getContext().getLog().error("a pod's worker failed", failed.cause());
            timers.startSingleTimer(FollowPods.class, new FollowPods(), WORKER_RETRY);
        }
        return this;
    }

    /** From the start: the whole state brings back the pods whose worker failed. */
    private Behavior<Command> followPods() {
        podReflector.ifPresent(getContext()::stop);
        WatchRequest pods = new WatchRequest(
                BuiltInTypes.PODS,
                "",
                LabelSelector.everything(),
                FieldSelector.equal("spec.nodeName", node.settings().name()),
                new WatchRequest.Start.StreamedList(0),
                true);
        podReflector = Optional.of(reflect(pods, "pods-" + ++reflectors, PodsReflected::new));
        return this;
    }

    private Behavior<Command> onStop() {
        events.ifPresent(subscription -> {
            try {
                subscription.close();
            } catch (Exception e) {
                getContext().getLog().warn("the runtime's events do not end", e);
            }
        });
        return this;
    }
}
