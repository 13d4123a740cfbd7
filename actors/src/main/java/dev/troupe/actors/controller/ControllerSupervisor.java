package dev.troupe.actors.controller;

import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ShardedDaemonProcess;

/**
 * Starts the informers, the Event recorder and the shells of one member. It takes no messages: to stop it stops them
 * all. A child that fails is restarted after a pause and begins with a look at every object; the others do not notice.
 */
public final class ControllerSupervisor {
    private static final Duration MIN_RESTART = Duration.ofMillis(200);
    private static final Duration MAX_RESTART = Duration.ofSeconds(30);
    private static final double RESTART_JITTER = 0.2;

    private ControllerSupervisor() {}

    /** An actor that observes through the same store as the controllers and tells Events as they do: the scheduler. */
    public interface Observer {
        /** The actor's name. */
        String name();

        /** What it observes. */
        Set<GroupResource> resources();

        Behavior<?> behavior(ControllerRuntime runtime, InformerStore store, ActorRef<EventRecorder.Command> events);
    }

    /**
     * The behavior of a supervisor that runs every controller itself: for one JVM that no other can join. Resources that
     * the registry does not serve are never observed; their controllers see none of them.
     *
     * @param observers run beside the reconcilers
     * @throws IllegalArgumentException if two reconcilers have the same actor's name
     */
    public static Behavior<Void> create(
            ControllerRuntime runtime, List<Reconciler> reconcilers, List<Observer> observers) {
        List<String> names = actorNames(reconcilers);
        return Behaviors.setup(context -> {
            ControllerShell.Shared shared = startShared(context, runtime, reconcilers, observers);
            for (int i = 0; i < names.size(); i++) {
                context.spawn(shell(reconcilers.get(i), shared), names.get(i));
            }
            for (Observer observer : observers) {
                context.spawn(supervised(observer.behavior(runtime, shared.store(), shared.events())), observer.name());
            }
            return Behaviors.empty();
        });
    }

    /**
     * The behavior of a member's supervisor in a cluster: each controller runs on one member only, and the members share
     * them. Every member must be given the same reconcilers in the same order. Informers run on all members.
     *
     * @throws IllegalArgumentException as {@link #create}
     */
    public static Behavior<Void> createClustered(ControllerRuntime runtime, List<Reconciler> reconcilers) {
        List<String> names = actorNames(reconcilers);
        return Behaviors.setup(context -> {
            ControllerShell.Shared shared = startShared(context, runtime, reconcilers, List.of());
            ShardedDaemonProcess.get(context.getSystem())
                    .init(
                            ControllerShell.Command.class,
                            "controllers",
                            names.size(),
                            number -> shell(reconcilers.get(number), shared));
            return Behaviors.empty();
        });
    }

    private static Behavior<ControllerShell.Command> shell(Reconciler reconciler, ControllerShell.Shared shared) {
        return supervised(ControllerShell.create(reconciler, shared));
    }

    private static ControllerShell.Shared startShared(
            ActorContext<Void> context,
            ControllerRuntime runtime,
            List<Reconciler> reconcilers,
            List<Observer> observers) {
        InformerStore store = new InformerStore(
                observed(runtime, reconcilers, observers), runtime.clock().instant());
        for (ResourceInformer informer : store.informers()) {
            context.spawn(
                    supervised(InformerActor.create(runtime, informer)),
                    "informer-" + informer.type().groupResource());
        }
        ActorRef<EventRecorder.Command> events = context.spawn(supervised(EventRecorder.create(runtime)), "events");
        return new ControllerShell.Shared(runtime, store, events);
    }

    private static List<String> actorNames(List<Reconciler> reconcilers) {
        List<String> names =
                reconcilers.stream().map(ControllerSupervisor::actorName).toList();
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("two controllers of one name among " + names);
        }
        return names;
    }

    /** Several controllers may act under one identity; their classes tell them apart. */
    private static String actorName(Reconciler reconciler) {
        return reconciler.name() + "-" + reconciler.getClass().getSimpleName();
    }

    private static List<ResourceType> observed(
            ControllerRuntime runtime, List<Reconciler> reconcilers, List<Observer> observers) {
        Set<GroupResource> resources = new TreeSet<>();
        reconcilers.forEach(reconciler -> resources.addAll(reconciler.resources()));
        observers.forEach(observer -> resources.addAll(observer.resources()));
        return resources.stream()
                .flatMap(resource -> runtime.registry().find(resource).stream())
                .map(ResourceStrategy::type)
                .toList();
    }

    private static <T> Behavior<T> supervised(Behavior<T> behavior) {
        return Behaviors.supervise(behavior)
                .onFailure(SupervisorStrategy.restartWithBackoff(MIN_RESTART, MAX_RESTART, RESTART_JITTER));
    }
}
