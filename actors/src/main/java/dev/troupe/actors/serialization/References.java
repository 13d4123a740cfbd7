package dev.troupe.actors.serialization;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** Addresses of actors inside messages. */
final class References {
    private final ActorRefResolver resolver;

    References(ExtendedActorSystem system) {
        this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
    }

    void write(DataOutputStream out, ActorRef<?> reference) throws IOException {
        Fields.text(out, resolver.toSerializationFormat(reference));
    }

    <T> ActorRef<T> read(DataInputStream in) throws IOException {
        return resolver.resolveActorRef(Fields.text(in));
    }
}
