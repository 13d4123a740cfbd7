package dev.troupe.node.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.reflect.Reflector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps the pod network whole: routes to the other nodes' pods as their Node objects come and go, and everything that
 * {@link BridgePodNetwork} made, should somebody take it away. Nothing is persisted: the kernel keeps routes while the
 * agent is away.
 */
public final class NodeRoutes extends AbstractBehavior<NodeRoutes.Command> {
    /** Nodes that come together are routed together. */
    private static final Duration GATHER = Duration.ofMillis(100);

    /** With a look each so often, what others break is whole again well within 30 s. */
    private static final Duration LOOK = Duration.ofSeconds(20);

    private static final String LOOK_TIMER = "look";
    private static final String REPAIR_TIMER = "repair";

    /** What the actor is told. */
    public sealed interface Command {}

    private record NodesReflected(Reflection reflection) implements Command {}

    private record Repair() implements Command {}

    private record Repaired(String failure) implements Command {}

    /** @param blocking runs the commands of the operating system */
    public static Behavior<Command> create(
            ResourceApi api, Caller caller, BridgePodNetwork network, Executor blocking) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.watch(context.spawn(
                    Reflector.create(
                            api,
                            caller,
                            WatchRequest.state(BuiltInTypes.NODES),
                            context.getSelf(),
                            NodesReflected::new),
                    "nodes"));
            timers.startTimerWithFixedDelay(LOOK_TIMER, new Repair(), LOOK);
            return new NodeRoutes(context, timers, network, blocking);
        }));
    }

    private final TimerScheduler<Command> timers;
    private final BridgePodNetwork network;
    private final Executor blocking;
    private final Map<String, Map<Ipv4Range, String>> routesByNode = new HashMap<>();
    private boolean synced;
    private boolean busy;
    private boolean wanted;
    private String lastFailure = "";

    private NodeRoutes(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            BridgePodNetwork network,
            Executor blocking) {
        super(context);
        this.timers = timers;
        this.network = network;
        this.blocking = blocking;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(NodesReflected.class, this::onNodes)
                .onMessage(Repair.class, repair -> onRepair())
                .onMessage(Repaired.class, this::onRepaired)
                .build();
    }

    private Behavior<Command> onNodes(NodesReflected nodes) {
        Map<String, Map<Ipv4Range, String>> before = new HashMap<>(routesByNode);
        switch (nodes.reflection()) {
            case Reflection.Replaced replaced -> {
                routesByNode.clear();
                replaced.objects().values().forEach(this::note);
                synced = true;
            }
            case Reflection.Changed changed ->
                changed.changes().forEach(change -> {
                    switch (change) {
                        case Reflection.Change.Set set -> note(set.object());
                        case Reflection.Change.Removed removed ->
                            routesByNode.remove(removed.object().meta().name());
                    }
                });
        }
        // Nodes report every few seconds; hardly ever is it about routes.
        if (!before.equals(routesByNode) && !timers.isTimerActive(REPAIR_TIMER)) {
            timers.startSingleTimer(REPAIR_TIMER, new Repair(), GATHER);
        }
        return this;
    }

    private void note(StoredObject node) {
        routesByNode.put(node.meta().name(), routes(node.tree()));
    }

    /** The ranges of a node's pods and the address that leads there; none before both are known. */
    static Map<Ipv4Range, String> routes(JsonNode node) {
        String address = "";
        for (JsonNode entry : node.path("status").path("addresses")) {
            if (Json.text(entry, "type").equals("InternalIP")
                    && !Json.text(entry, "address").contains(":")) {
                address = Json.text(entry, "address");
            }
        }
        String range = Json.text(node, "spec", "podCIDR");
        return address.isEmpty() || range.isEmpty() || range.contains(":")
                ? Map.of()
                : Map.of(Ipv4Range.parse(range), address);
    }

    private Behavior<Command> onRepair() {
        if (!synced || busy) {
            wanted |= busy;
            return this;
        }
        busy = true;
        Map<Ipv4Range, String> routes = new HashMap<>();
        routesByNode.values().forEach(routes::putAll);
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> repair(routes), blocking);
        getContext()
                .pipeToSelf(
                        done,
                        (nothing, failure) -> new Repaired(
                                failure == null ? "" : causeOf(failure).toString()));
        return this;
    }

    private void repair(Map<Ipv4Range, String> routes) {
        try {
            network.repair(routes);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static Throwable causeOf(Throwable failure) {
        return failure.getCause() == null ? failure : failure.getCause();
    }

    private Behavior<Command> onRepaired(Repaired repaired) {
        busy = false;
        if (!repaired.failure().isEmpty() && !repaired.failure().equals(lastFailure)) {
            getContext().getLog().warn("Cannot keep the pod network whole: {}", repaired.failure());
        }
        lastFailure = repaired.failure();
        if (wanted) {
            wanted = false;
            return onRepair();
        }
        return this;
    }
}
