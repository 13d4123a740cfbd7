package dev.troupe.node;

import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.reflect.Reflector;
import dev.troupe.node.worker.ApiAccess;
import dev.troupe.node.worker.PodWorker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Follows each ConfigMap and Secret that volumes of this node's pods show, one by one, because a node may read no
 * others, and tells the pods' workers of changes. It owns one reflector an object for as long as a pod needs it, writes
 * and persists nothing.
 */
final class ReferenceFollower extends AbstractBehavior<ReferenceFollower.Command> {
    /** What it understands. */
    sealed interface Command {}

    /** A pod shows these objects from now on, and no others. */
    record Follow(ActorRef<PodWorker.Command> worker, Set<ObjectKey> objects) implements Command {}

    /** A pod is gone. */
    record Forget(ActorRef<PodWorker.Command> worker) implements Command {}

    private record Reflected(ObjectKey object, Reflection reflection) implements Command {}

    private static final class Followed {
        private final ActorRef<Reflector.Command> reflector;
        private final Set<ActorRef<PodWorker.Command>> workers = new HashSet<>();
        private boolean synced;

        Followed(ActorRef<Reflector.Command> reflector) {
            this.reflector = reflector;
        }
    }

    private final ApiAccess access;
    private final Map<ObjectKey, Followed> followed = new HashMap<>();
    private int reflectors;

    static Behavior<Command> create(ApiAccess access) {
        return Behaviors.setup(context -> new ReferenceFollower(context, access));
    }

    private ReferenceFollower(ActorContext<Command> context, ApiAccess access) {
        super(context);
        this.access = access;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Follow.class, this::onFollow)
                .onMessage(Forget.class, this::onForget)
                .onMessage(Reflected.class, this::onReflected)
                .build();
    }

    private Behavior<Command> onFollow(Follow follow) {
        unfollow(follow.worker(), follow.objects());
        for (ObjectKey object : follow.objects()) {
            followed.computeIfAbsent(object, this::begin).workers.add(follow.worker());
        }
        return this;
    }

    private Followed begin(ObjectKey object) {
        ResourceType type = object.resource().equals(BuiltInTypes.SECRETS.groupResource())
                ? BuiltInTypes.SECRETS
                : BuiltInTypes.CONFIG_MAPS;
        WatchRequest request = new WatchRequest(
                type,
                object.name().namespace(),
                LabelSelector.everything(),
                FieldSelector.equal("metadata.name", object.name().name()),
                new WatchRequest.Start.StreamedList(0),
                true);
        return new Followed(getContext()
                .spawn(
                        Reflector.create(
                                access.api(),
                                access.caller(),
                                request,
                                getContext().getSelf(),
                                reflection -> new Reflected(object, reflection)),
                        "reference-" + ++reflectors));
    }

    private Behavior<Command> onForget(Forget forget) {
        unfollow(forget.worker(), Set.of());
        return this;
    }

    private void unfollow(ActorRef<PodWorker.Command> worker, Set<ObjectKey> still) {
        followed.entrySet().removeIf(entry -> {
            Followed one = entry.getValue();
            if (!still.contains(entry.getKey()) && one.workers.remove(worker) && one.workers.isEmpty()) {
                getContext().stop(one.reflector);
                return true;
            }
            return false;
        });
    }

    private Behavior<Command> onReflected(Reflected reflected) {
        Followed one = followed.get(reflected.object());
        if (one == null) {
            return this;
        }
        // The first state is what the worker read when it made the volume.
        if (one.synced) {
            one.workers.forEach(worker -> worker.tell(new PodWorker.ReferencesChanged()));
        }
        one.synced = true;
        return this;
    }
}
