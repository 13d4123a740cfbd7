package dev.troupe.node.proxy;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.proxy.ProxySettings;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.node.network.CommandRunner;
import dev.troupe.node.network.Iptables;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.reflect.Reflector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;

/**
 * Keeps the node's iptables as Services and EndpointSlices want them. It alone writes the chains named KUBE-..., one
 * command at a time, off the dispatcher. Nothing is persisted: rules stay in the kernel while the agent is away, and
 * are compared with what is wanted when it comes back, but not before both resources have been read in full.
 */
public final class ServiceProxy extends AbstractBehavior<ServiceProxy.Command> {
    private static final String SYNC_TIMER = "sync";

    /** What the actor is told. */
    public sealed interface Command {}

    /** Removes every trace from iptables and stops. */
    public record CleanUp(ActorRef<StatusReply<Done>> replyTo) implements Command {}

    /** Asks how it stands. */
    public record GetHealth(ActorRef<Health> replyTo) implements Command {}

    /**
     * How the proxy stands.
     *
     * @param synced iptables holds what was wanted last
     * @param failure why not; empty if nothing failed
     */
    public record Health(boolean synced, String failure) {}

    private record ServicesReflected(Reflection reflection) implements Command {}

    private record SlicesReflected(Reflection reflection) implements Command {}

    private record Sync() implements Command {}

    private record LookAtCanary() implements Command {}

    private record Compare() implements Command {}

    private record Finished(Work work, Optional<Boolean> answer, String failure) implements Command {}

    private enum Work {
        WRITE,
        REPAIR,
        CANARY,
        REMOVE
    }

    /** What the proxy acts on and through. */
    public record Environment(ResourceApi api, Caller caller, CommandRunner commands, Executor blocking) {}

    /**
     * @param environment its executor runs the commands of the operating system
     * @param iptables the backend, once for the whole node
     */
    public static Behavior<Command> create(
            Environment environment, ServiceProxySettings settings, Optional<DnsListener> dns, Iptables iptables) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            follow(context, environment, BuiltInTypes.SERVICES, ServicesReflected::new);
            follow(context, environment, BuiltInTypes.ENDPOINT_SLICES, SlicesReflected::new);
            timers.startTimerWithFixedDelay("canary", new LookAtCanary(), settings.canaryInterval());
            timers.startTimerWithFixedDelay("compare", new Compare(), settings.compareInterval());
            return new ServiceProxy(
                    context,
                    timers,
                    settings,
                    new ServiceTable(
                            new ProxySettings(settings.clusterCidr(), settings.nodeAddress()),
                            settings.nodeName(),
                            dns),
                    new Worker(new IptablesProxier(environment.commands(), iptables), environment.blocking()));
        }));
    }

    /**
     * Removes every chain and rule of the proxy where no actor runs to do so. Blocks.
     *
     * @throws IOException if iptables refuses
     */
    public static void removeRules(CommandRunner commands, Iptables iptables) throws IOException {
        new IptablesProxier(commands, iptables).removeAll();
    }

    private static void follow(
            ActorContext<Command> context,
            Environment environment,
            ResourceType type,
            Function<Reflection, Command> wrap) {
        // Without its news the proxy would be blind: their end is its end, and its supervisor begins anew.
        context.watch(context.spawn(
                Reflector.create(
                        environment.api(), environment.caller(), WatchRequest.state(type), context.getSelf(), wrap),
                type.plural()));
    }

    private record Worker(IptablesProxier proxier, Executor blocking) {}

    private final TimerScheduler<Command> timers;
    private final ServiceProxySettings settings;
    private final ServiceTable table;
    private final Worker worker;
    private final List<ActorRef<StatusReply<Done>>> cleaning = new ArrayList<>();
    private boolean busy;
    private boolean writeWanted;
    private boolean repairWanted = true;
    private boolean synced;
    private int failures;
    private String failure = "";

    private ServiceProxy(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ServiceProxySettings settings,
            ServiceTable table,
            Worker worker) {
        super(context);
        this.timers = timers;
        this.settings = settings;
        this.table = table;
        this.worker = worker;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(ServicesReflected.class, this::onServices)
                .onMessage(SlicesReflected.class, this::onSlices)
                .onMessage(Sync.class, sync -> onSync())
                .onMessage(LookAtCanary.class, look -> onLookAtCanary())
                .onMessage(Compare.class, compare -> onCompare())
                .onMessage(Finished.class, this::onFinished)
                .onMessage(CleanUp.class, this::onCleanUp)
                .onMessage(GetHealth.class, this::onGetHealth)
                .build();
    }

    private Behavior<Command> onServices(ServicesReflected services) {
        table.services(services.reflection());
        return changed();
    }

    private Behavior<Command> onSlices(SlicesReflected slices) {
        table.slices(slices.reflection());
        return changed();
    }

    private Behavior<Command> changed() {
        synced = false;
        writeWanted = true;
        if (table.isComplete() && !timers.isTimerActive(SYNC_TIMER)) {
            timers.startSingleTimer(SYNC_TIMER, new Sync(), settings.gatherChanges());
        }
        return this;
    }

    private Behavior<Command> onSync() {
        if (!busy && table.isComplete()) {
            if (!cleaning.isEmpty()) {
                begin(Work.REMOVE);
            } else if (repairWanted) {
                begin(Work.REPAIR);
            } else if (writeWanted) {
                begin(Work.WRITE);
            }
        }
        return this;
    }

    private Behavior<Command> onLookAtCanary() {
        if (!busy && !repairWanted && table.isComplete()) {
            begin(Work.CANARY);
        }
        return this;
    }

    private Behavior<Command> onCompare() {
        repairWanted = true;
        return onSync();
    }

    private void begin(Work work) {
        busy = true;
        IptablesProxier proxier = worker.proxier();
        switch (work) {
            case WRITE -> {
                writeWanted = false;
                ServiceTable.ProxyPlan plan = table.plan();
                run(work, () -> {
                    proxier.write(plan);
                    return true;
                });
            }
            case REPAIR -> {
                writeWanted = false;
                repairWanted = false;
                ServiceTable.ProxyPlan plan = table.plan();
                run(work, () -> proxier.repair(plan));
            }
            case CANARY -> run(work, proxier::isCanaryAlive);
            case REMOVE ->
                run(work, () -> {
                    proxier.removeAll();
                    return true;
                });
        }
    }

    private interface Job {
        boolean run() throws IOException;
    }

    private void run(Work work, Job job) {
        Supplier<Boolean> unchecked = () -> {
            try {
                return job.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        };
        getContext().pipeToSelf(CompletableFuture.supplyAsync(unchecked, worker.blocking()), (answer, thrown) -> {
            Optional<Boolean> found = Optional.ofNullable(answer);
            return new Finished(work, found, thrown == null ? "" : messageOf(thrown));
        });
    }

    private static String messageOf(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return String.valueOf(cause.getMessage());
    }

    private Behavior<Command> onFinished(Finished finished) {
        busy = false;
        if (finished.answer().isEmpty()) {
            return onFailed(finished);
        }
        boolean answer = finished.answer().get();
        switch (finished.work()) {
            case WRITE, REPAIR -> {
                if (finished.work() == Work.REPAIR && answer && synced) {
                    getContext().getLog().info("Restored the iptables rules of services, which somebody had changed");
                }
                failures = 0;
                failure = "";
                synced = !writeWanted;
            }
            case CANARY -> repairWanted |= !answer;
            case REMOVE -> {
                cleaning.forEach(replyTo -> replyTo.tell(StatusReply.ack()));
                return Behaviors.stopped();
            }
        }
        if (!timers.isTimerActive(SYNC_TIMER)) {
            onSync();
        }
        return this;
    }

    private Behavior<Command> onFailed(Finished failed) {
        if (failed.work() == Work.REMOVE) {
            cleaning.forEach(replyTo -> replyTo.tell(StatusReply.error(failed.failure())));
            cleaning.clear();
        }
        synced = false;
        repairWanted = true;
        failures++;
        if (!failed.failure().equals(failure)) {
            getContext().getLog().warn("Cannot program services, trying again: {}", failed.failure());
        }
        failure = failed.failure();
        Duration longest = settings.compareInterval();
        Duration pause = Duration.ofSeconds(1L << Math.min(failures - 1, 5));
        timers.startSingleTimer(SYNC_TIMER, new Sync(), pause.compareTo(longest) < 0 ? pause : longest);
        return this;
    }

    private Behavior<Command> onCleanUp(CleanUp cleanUp) {
        cleaning.add(cleanUp.replyTo());
        if (!busy) {
            begin(Work.REMOVE);
        }
        return this;
    }

    private Behavior<Command> onGetHealth(GetHealth get) {
        get.replyTo().tell(new Health(synced && !writeWanted, failure));
        return this;
    }
}
