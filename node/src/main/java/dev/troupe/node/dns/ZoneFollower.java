package dev.troupe.node.dns;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.reflect.Reflector;
import dev.troupe.node.reflect.ServiceIndex;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Writes the cluster's zone as Services and EndpointSlices change; the only writer. Nothing is persisted: until the API
 * has been read, the server says that it does not know.
 */
public final class ZoneFollower extends AbstractBehavior<ZoneFollower.Command> {
    /** Internal messages only. */
    public sealed interface Command {}

    private record ServicesReflected(Reflection reflection) implements Command {}

    private record SlicesReflected(Reflection reflection) implements Command {}

    public static Behavior<Command> create(ResourceApi api, Caller caller, ClusterZone zone) {
        return Behaviors.setup(context -> {
            context.watch(context.spawn(
                    Reflector.create(
                            api,
                            caller,
                            WatchRequest.state(BuiltInTypes.SERVICES),
                            context.getSelf(),
                            ServicesReflected::new),
                    "services"));
            context.watch(context.spawn(
                    Reflector.create(
                            api,
                            caller,
                            WatchRequest.state(BuiltInTypes.ENDPOINT_SLICES),
                            context.getSelf(),
                            SlicesReflected::new),
                    "endpointslices"));
            return new ZoneFollower(context, zone);
        });
    }

    private final ClusterZone zone;
    private final ServiceIndex index = new ServiceIndex();
    private boolean begun;

    private ZoneFollower(ActorContext<Command> context, ClusterZone zone) {
        super(context);
        this.zone = zone;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(ServicesReflected.class, this::onServices)
                .onMessage(SlicesReflected.class, this::onSlices)
                .build();
    }

    private Behavior<Command> onServices(ServicesReflected services) {
        index.services(services.reflection());
        return write();
    }

    private Behavior<Command> onSlices(SlicesReflected slices) {
        index.slices(slices.reflection());
        return write();
    }

    private Behavior<Command> write() {
        if (index.isComplete()) {
            if (!begun) {
                // What a predecessor wrote and nobody knows any more.
                zone.retain(index.names());
                begun = true;
            }
            index.takeChanged().forEach(this::write);
            zone.markComplete();
        }
        return this;
    }

    private void write(NamespacedName name) {
        List<JsonNode> slices = index.slicesOf(name);
        Optional<ServiceNames> names = index.service(name)
                .map(StoredObject::tree)
                .flatMap(service -> ServiceNamesReader.read(service, slices));
        names.ifPresentOrElse(found -> zone.put(name, found), () -> zone.remove(name));
    }
}
