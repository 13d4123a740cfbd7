package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.worker.Outcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A node's sign of life: registers the Node, renews its Lease and reports its status. It is the only writer of both
 * objects but for conditions and labels of others, and persists nothing: begun anew, it finds what is there.
 */
final class NodeHeartbeat extends AbstractBehavior<NodeHeartbeat.Command> {
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Its messages are its own. */
    sealed interface Command {}

    private record Registered(Outcome<StoredObject> outcome) implements Command {}

    private record RenewLease() implements Command {}

    private record LeaseRenewed(Outcome<WriteResult> outcome) implements Command {}

    private record CheckStatus() implements Command {}

    private record Checked(NodeHealth health) implements Command {}

    private record StatusReported(Outcome<WriteResult> outcome) implements Command {}

    /** What it tells the node. */
    sealed interface News {}

    /** The API has the Node, under this uid. */
    record NodeKnown(String uid) implements News {}

    /** The API did not take a sign of life. */
    record ApiAway() implements News {}

    private final NodeContext node;
    private final TimerScheduler<Command> timers;
    private final ActorRef<News> listener;
    private final NodeRegistrar registrar;
    private final NodeObjects objects;
    private String nodeUid = "";
    private JsonNode reportedStatus = Json.object();
    private Instant reportedAt = Instant.EPOCH;

    static Behavior<Command> create(NodeContext node, ActorRef<News> listener) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            NodeHeartbeat heartbeat = new NodeHeartbeat(context, timers, node, listener);
            NodeSettings.Timing timing = node.settings().timing();
            timers.startTimerWithFixedDelay(new RenewLease(), timing.leaseRenewal());
            timers.startTimerWithFixedDelay("check", new CheckStatus(), timing.statusCheck());
            return heartbeat.checkStatus();
        }));
    }

    private NodeHeartbeat(
            ActorContext<Command> context, TimerScheduler<Command> timers, NodeContext node, ActorRef<News> listener) {
        super(context);
        this.timers = timers;
        this.node = node;
        this.listener = listener;
        this.objects = new NodeObjects(node.settings(), node.capacity());
        this.registrar = new NodeRegistrar(node.access(), node.settings(), objects);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Registered.class, this::onRegistered)
                .onMessage(RenewLease.class, message -> renewLease())
                .onMessage(LeaseRenewed.class, this::onLeaseRenewed)
                .onMessage(CheckStatus.class, message -> checkStatus())
                .onMessage(Checked.class, this::onChecked)
                .onMessage(StatusReported.class, this::onStatusReported)
                .build();
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
                timers.startSingleTimer("retry", new CheckStatus(), RETRY);
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
                listener.tell(new NodeKnown(nodeUid));
            }
        }
        return this;
    }

    private Behavior<Command> renewLease() {
        if (nodeUid.isEmpty()) {
            return this;
        }
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
        if (failure.status().code() >= 500) {
            listener.tell(new ApiAway());
        }
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
                            registrar.report(status), (outcome, bug) -> new StatusReported(Outcomes.of(outcome, bug)));
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
}
