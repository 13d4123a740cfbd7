package dev.troupe.persistence.embedded;

import dev.troupe.model.journal.ResourceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentImpl;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;
import scala.util.Try;

/** Pekko's journal plugin on the embedded store. Serializes here; waits for no disk. */
public final class EmbeddedJournal extends AsyncWriteJournal {
    private final EmbeddedStore store = EmbeddedStore.get(context().system());
    private final Serialization serialization =
            SerializationExtension.get(context().system());
    private final ExecutionContext io = context().system().dispatchers().lookup("troupe.persistence.io-dispatcher");

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<EmbeddedStore.Append> events = new ArrayList<>();
        List<Optional<Exception>> rejections = new ArrayList<>();
        boolean durable = false;
        for (AtomicWrite message : messages) {
            List<EmbeddedStore.Append> ofMessage = new ArrayList<>();
            Optional<Exception> rejection = Optional.empty();
            for (PersistentRepr event : CollectionConverters.asJava(message.payload())) {
                // An object's event becomes durable with its version, which is written after it and always waits.
                durable |= !(event.payload() instanceof ResourceEvent);
                Try<byte[]> payload = serialization.serialize(event.payload());
                if (payload.isSuccess()) {
                    ofMessage.add(append(event, payload.get()));
                } else {
                    rejection = Optional.of(new IllegalArgumentException(
                            "not serializable: " + event.payload().getClass(),
                            payload.failed().get()));
                }
            }
            if (rejection.isEmpty()) {
                events.addAll(ofMessage);
            }
            rejections.add(rejection);
        }
        CompletableFuture<Iterable<Optional<Exception>>> answer = new CompletableFuture<>();
        store.append(events, durable).whenComplete((done, failure) -> {
            if (failure == null) {
                answer.complete(rejections);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return FutureConverters.asScala(answer);
    }

    private EmbeddedStore.Append append(PersistentRepr event, byte[] payload) {
        Serializer serializer = serialization.findSerializerFor(event.payload());
        return new EmbeddedStore.Append(
                event.persistenceId(),
                event.sequenceNr(),
                serializer.identifier(),
                Serializers.manifestFor(serializer, event.payload()),
                event.writerUuid(),
                payload);
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return FutureConverters.asScala(store.deleteTo(persistenceId, toSequenceNr));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
        return onIo(() -> {
            long[] left = {max};
            if (max > 0) {
                store.events(persistenceId, from, to, (sequenceNr, stored) -> {
                    replay.accept(deserialize(persistenceId, sequenceNr, stored));
                    return --left[0] > 0;
                });
            }
            return null;
        });
    }

    private PersistentRepr deserialize(String persistenceId, long sequenceNr, StoredRecord stored) {
        Object payload = serialization
                .deserialize(stored.payload(), stored.serializerId(), stored.manifest())
                .get();
        return new PersistentImpl(
                payload, sequenceNr, persistenceId, "", false, null, stored.writer(), 0, scala.Option.empty());
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long from) {
        return store.hasEvents(persistenceId)
                ? onIo(() -> store.highestSequenceNr(persistenceId))
                : Futures.successful(0L);
    }

    private <T> Future<T> onIo(Callable<T> task) {
        return Futures.future(task, io);
    }
}
