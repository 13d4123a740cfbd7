package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.reflect.Reflector;
import dev.troupe.node.runtime.RuntimeEvent;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.worker.Outcomes;
import dev.troupe.node.worker.PodWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One node. It owns the Node and Lease objects, follows the pods that are bound to the node and supervises a worker for
 * each, and for each pod that the runtime has and the API has not. It persists nothing: when it stops, containers run
 * on, and a node begun anew adopts them. While the API is away everything goes on as it was; when it is back, every
 * worker first reports, and only then are the API's wishes followed.
 */
public final class NodeActor extends AbstractBehavior<NodeActor.Command> {
    /** How long the workers may take to report after the API was away before its changes are followed all the same. */
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(10);

    /** Changes that wait meanwhile: more and the oldest are followed without waiting. */
    private static final int MAX_HELD_BACK = 1000;

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Its messages are its own; from outside it is only stopped. */
    public sealed interface Command {}

    private record Prepare() implements Command {}

    private record Prepared(NodeHealth health, Optional<RuntimeSnapshot> snapshot) implements Command {}

    private record Registered(Outcome<StoredObject> outcome) implements Command {}

    private record PodsReflected(Reflection reflection) implements Command {}

    private record ServicesReflected(Reflection reflection) implements Command {}

    private record Happened(RuntimeEvent event) implements Command {}

    private record RenewLease() implements Command {}

    private record LeaseRenewed(Outcome<WriteResult> outcome) implements Command {}

    private record CheckStatus() implements Command {}

    private record Checked(NodeHealth health) implements Command {}

    private record StatusReported(JsonNode status, Outcome<WriteResult> outcome) implements Command {}

    private record Relist() implements Command {}

    private record Relisted(RuntimeSnapshot snapshot) implements Command {}

    private record RelistFailed(String why) implements Command {}

    private record PodReported(String podUid) implements Command {}

    private record ReportingOver() implements Command {}

    private final NodeContext node;
    private final TimerScheduler<Command> timers;
    private final NodeRegistrar registrar;
    private final NodeObjects objects;
    private final NodeWorkers workers;
    private final Deque<Reflection> heldBack = new ArrayDeque<>();
    private Optional<AutoCloseable> events = Optional.empty();
    private String nodeUid = "";
    private JsonNode reportedStatus = Json.object();
    private Instant reportedAt = Instant.EPOCH;
    private boolean prepared;
    private boolean begun;
    private boolean podsSynced;
    private boolean apiLost;
    private boolean reporting;

    /** Starts at once: registers, then follows its pods. */
    public static Behavior<Command> create(NodeContext node) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            NodeActor actor = new NodeActor(context, timers, node);
            actor.prepare();
            return actor;
        }));
    }

    private NodeActor(ActorContext<Command> context, TimerScheduler<Command> timers, NodeContext node) {
        super(context);
        this.timers = timers;
        this.node = node;
        this.objects = new NodeObjects(node.settings(), node.capacity());
        this.registrar = new NodeRegistrar(node.access(), node.settings(), objects);
        ActorRef<PodWorker.StatusReported> reports =
                context.messageAdapter(PodWorker.StatusReported.class, reported -> new PodReported(reported.podUid()));
        this.workers = new NodeWorkers(context, node, reports);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Prepare.class, message -> prepare())
                .onMessage(Prepared.class, this::onPrepared)
                .onMessage(Registered.class, this::onRegistered)
                .onMessage(PodsReflected.class, this::onPods)
                .onMessage(ServicesReflected.class, this::onServices)
                .onMessage(Happened.class, this::onHappened)
                .onMessage(RenewLease.class, message -> renewLease())
                .onMessage(LeaseRenewed.class, this::onLeaseRenewed)
                .onMessage(CheckStatus.class, message -> checkStatus())
                .onMessage(Checked.class, this::onChecked)
                .onMessage(StatusReported.class, this::onStatusReported)
                .onMessage(Relist.class, message -> relist())
                .onMessage(Relisted.class, this::onRelisted)
                .onMessage(RelistFailed.class, this::onRelistFailed)
                .onMessage(PodReported.class, this::onPodReported)
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
        if (nodeUid.isEmpty()) {
            register(found.health());
        } else {
            beginIfReady();
        }
        return this;
    }

    private void register(NodeHealth health) {
        Instant now = node.worker().clock().instant();
        getContext()
                .pipeToSelf(
                        registrar.register(health, now), (outcome, bug) -> new Registered(Outcomes.of(outcome, bug)));
    }

    private Behavior<Command> onRegistered(Registered registered) {
        switch (registered.outcome()) {
            case Outcome.Failure<StoredObject> failure -> {
                getContext()
                        .getLog()
                        .warn(
                                "node {}: not registered yet: {}",
                                node.settings().name(),
                                failure.status().message());
                timers.startSingleTimer(CheckStatus.class, new CheckStatus(), RETRY);
            }
            case Outcome.Success<StoredObject> success -> {
                StoredObject found = success.value();
                nodeUid = found.meta().uid();
                reportedStatus = found.tree().path("status");
                renewLease();
                checkStatus();
                getContext()
                        .getLog()
                        .info("node {}: registered", node.settings().name());
                beginIfReady();
            }
        }
        return this;
    }

    private void beginIfReady() {
        if (begun || !prepared || nodeUid.isEmpty()) {
            return;
        }
        begun = true;
        NodeSettings.Timing timing = node.settings().timing();
        timers.startTimerWithFixedDelay(new RenewLease(), timing.leaseRenewal());
        timers.startTimerWithFixedDelay(new CheckStatus(), timing.statusCheck());
        timers.startTimerWithFixedDelay(new Relist(), timing.relist());
        ActorRef<Command> self = getContext().getSelf();
        events = Optional.of(node.worker().backend().runtime().events(event -> self.tell(new Happened(event))));
        WatchRequest pods = new WatchRequest(
                BuiltInTypes.PODS,
                "",
                LabelSelector.everything(),
                FieldSelector.equal("spec.nodeName", node.settings().name()),
                new WatchRequest.Start.StreamedList(0),
                true);
        reflect(pods, "pods", PodsReflected::new);
        node.services()
                .ifPresent(known ->
                        reflect(WatchRequest.state(BuiltInTypes.SERVICES), "services", ServicesReflected::new));
        node.events().recordNode(nodeUid, PodEvent.normal("Starting", "Starting kubelet."));
    }

    private void reflect(WatchRequest request, String name, java.util.function.Function<Reflection, Command> message) {
        getContext()
                .spawn(
                        Reflector.create(
                                node.access().api(),
                                node.access().caller(),
                                request,
                                getContext().getSelf(),
                                message),
                        name);
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

    private Behavior<Command> renewLease() {
        Instant now = node.worker().clock().instant();
        getContext()
                .pipeToSelf(
                        registrar.renew(nodeUid, now), (outcome, bug) -> new LeaseRenewed(Outcomes.of(outcome, bug)));
        return this;
    }

    private Behavior<Command> onLeaseRenewed(LeaseRenewed renewed) {
        if (renewed.outcome() instanceof Outcome.Failure<WriteResult> failure) {
            noteFailure("lease not renewed", failure);
        }
        return this;
    }

    private void noteFailure(String what, Outcome.Failure<WriteResult> failure) {
        getContext()
                .getLog()
                .warn(
                        "node {}: {}: {}",
                        node.settings().name(),
                        what,
                        failure.status().message());
        apiLost |= failure.status().code() >= 500;
    }

    private Behavior<Command> checkStatus() {
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(
                                () -> NodeHealth.check(node.worker().backend().runtime(), node.settings()),
                                node.worker().steps()),
                        (health, bug) -> new Checked(health != null ? health : NodeHealth.failed(String.valueOf(bug))));
        return this;
    }

    private Behavior<Command> onChecked(Checked checked) {
        if (nodeUid.isEmpty()) {
            register(checked.health());
            return this;
        }
        Instant now = node.worker().clock().instant();
        ObjectNode status = objects.status(reportedStatus, checked.health(), now);
        boolean due = !now.isBefore(reportedAt.plus(node.settings().timing().statusReport()));
        if (due || !NodeObjects.sameButHeartbeat(status, reportedStatus)) {
            getContext()
                    .pipeToSelf(
                            registrar.report(status),
                            (outcome, bug) -> new StatusReported(status, Outcomes.of(outcome, bug)));
        }
        return this;
    }

    private Behavior<Command> onStatusReported(StatusReported reported) {
        switch (reported.outcome()) {
            case Outcome.Success<WriteResult> success -> {
                JsonNode before = reportedStatus;
                reportedStatus = success.value().object().tree().path("status");
                reportedAt = node.worker().clock().instant();
                tellIfChanged(before, reportedStatus);
            }
            case Outcome.Failure<WriteResult> failure -> {
                noteFailure("status not reported", failure);
                if (failure.status().code() == 404) {
                    // Somebody deleted the Node: a node that is there registers again.
                    nodeUid = "";
                    checkStatus();
                }
            }
        }
        return this;
    }

    private void tellIfChanged(JsonNode before, JsonNode after) {
        boolean was = NodeObjects.isReady(before);
        boolean is = NodeObjects.isReady(after);
        if (was != is) {
            String reason = is ? "NodeReady" : "NodeNotReady";
            String message = "Node " + node.settings().name() + " status is now: " + reason;
            node.events().recordNode(nodeUid, new PodEvent(!is, reason, message, ""));
        }
    }

    private Behavior<Command> onWorkerStopped(Terminated terminated) {
        workers.stopped(terminated.getRef().unsafeUpcast());
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
