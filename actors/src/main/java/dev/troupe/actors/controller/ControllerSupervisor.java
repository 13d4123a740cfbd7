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

/**
 * Starts the informers, the Event recorder and a shell for each reconciler of one member. It takes no messages: to stop
 * it stops them all. A child that fails is restarted after a pause and begins with a look at every object; the others
 * do not notice.
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
     * The behavior of the supervisor. Resources that the registry does not serve are never observed; their controllers
     * see none of them.
     *
     * @param observers run beside the reconcilers
     * @throws IllegalArgumentException if two reconcilers have the same actor's name
     */
    public static Behavior<Void> create(
            ControllerRuntime runtime, List<Reconciler> reconcilers, List<Observer> observers) {
        return Behaviors.setup(context -> {
            start(context, runtime, reconcilers, observers);
            return Behaviors.empty();
        });
    }

    private static void start(
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
        ControllerShell.Shared shared = new ControllerShell.Shared(runtime, store, events);
        Set<String> names = new HashSet<>();
        for (Reconciler reconciler : reconcilers) {
            String name = actorName(reconciler);
            if (!names.add(name)) {
                throw new IllegalArgumentException("two controllers of one name: " + name);
            }
            context.spawn(supervised(ControllerShell.create(reconciler, shared)), name);
        }
        for (Observer observer : observers) {
            context.spawn(supervised(observer.behavior(runtime, store, events)), observer.name());
        }
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
