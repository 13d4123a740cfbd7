package dev.troupe.node.reflect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.node.testkit.BareKinds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReflectorTest {
    private final ActorTestKit actors = ActorTestKit.create();
    private final TestProbe<Reflection> probe = actors.createTestProbe();
    private final Flaky api = new Flaky(BareKinds.api());

    @AfterEach
    void stop() {
        actors.shutdownTestKit();
    }

    private void follow() {
        actors.spawn(Reflector.create(
                api,
                InMemoryResourceApi.admin(),
                WatchRequest.state(BuiltInTypes.NODES),
                probe.getRef(),
                Function.identity()));
    }

    private void givenNode(String name) {
        api.behind.given("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private List<String> replaced() {
        Reflection.Replaced replaced = assertInstanceOf(Reflection.Replaced.class, probe.receiveMessage());
        return replaced.objects().keySet().stream()
                .map(name -> name.name())
                .sorted()
                .toList();
    }

    private String changed() {
        Reflection.Changed changed = assertInstanceOf(Reflection.Changed.class, probe.receiveMessage());
        return changed.changes().stream()
                .map(change -> change.getClass().getSimpleName() + " "
                        + change.object().meta().name())
                .toList()
                .toString();
    }

    @Test
    void tellsTheStateFirstThenEveryChange() {
        givenNode("a");
        follow();
        assertEquals(List.of("a"), replaced());
        givenNode("b");
        assertEquals("[Set b]", changed());
        api.behind.delete(InMemoryResourceApi.admin(), BuiltInTypes.NODES.key("", "a"), DeleteOptions.defaults());
        assertEquals("[Removed a]", changed());
    }

    @Test
    void goesOnFromWhereALostWatchWas() {
        givenNode("a");
        follow();
        replaced();
        api.end(Optional.empty());
        givenNode("b");
        assertEquals("[Set b]", changed(), "what happened meanwhile, and nothing else");
        probe.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    void beginsAnewWhereTheServerNoLongerRemembers() {
        givenNode("a");
        follow();
        replaced();
        api.end(Optional.of(Status.expired("too old resource version")));
        givenNode("b");
        assertEquals(List.of("a", "b"), replaced());
    }

    @Test
    void triesAgainUntilTheServerAnswers() {
        api.failures.add(Outcome.failure(Status.serviceUnavailable("not yet")));
        api.failures.add(Outcome.failure(Status.serviceUnavailable("not yet")));
        follow();
        assertEquals(List.of(), replaced());
    }

    /** Fails watches and ends them as a test wants. */
    private static final class Flaky implements ResourceApi {
        private final InMemoryResourceApi behind;
        private final List<Outcome<WatchSubscription>> failures = new CopyOnWriteArrayList<>();
        private final List<Runnable> running = new CopyOnWriteArrayList<>();
        private final List<WatchObserver> observers = new CopyOnWriteArrayList<>();

        Flaky(InMemoryResourceApi behind) {
            this.behind = behind;
        }

        void end(Optional<Status> why) {
            running.forEach(Runnable::run);
            observers.forEach(observer -> observer.ended(why));
            observers.clear();
        }

        @Override
        public CompletionStage<Outcome<WatchSubscription>> watch(
                Caller caller, WatchRequest request, WatchObserver observer) {
            if (!failures.isEmpty()) {
                return CompletableFuture.completedFuture(failures.remove(0));
            }
            observers.add(observer);
            return behind.watch(caller, request, observer).thenApply(outcome -> {
                running.add(outcome.orThrow()::cancel);
                return outcome;
            });
        }

        @Override
        public CompletionStage<Outcome<StoredObject>> get(Caller caller, ObjectKey key, ReadVersion version) {
            return behind.get(caller, key, version);
        }

        @Override
        public CompletionStage<Outcome<ObjectList>> list(Caller caller, ListRequest request) {
            return behind.list(caller, request);
        }

        @Override
        public CompletionStage<Outcome<WriteResult>> create(
                Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
            return behind.create(caller, type, namespace, object, options);
        }

        @Override
        public CompletionStage<Outcome<WriteResult>> createSubresource(
                Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
            return behind.createSubresource(caller, key, subresource, object, options);
        }

        @Override
        public CompletionStage<Outcome<WriteResult>> update(
                Caller caller, ObjectKey key, String subresource, ObjectNode object, WriteOptions options) {
            return behind.update(caller, key, subresource, object, options);
        }

        @Override
        public CompletionStage<Outcome<WriteResult>> patch(
                Caller caller, ObjectKey key, String subresource, Patch patch, WriteOptions options) {
            return behind.patch(caller, key, subresource, patch, options);
        }

        @Override
        public CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, DeleteOptions options) {
            return behind.delete(caller, key, options);
        }

        @Override
        public CompletionStage<Outcome<ObjectList>> deleteCollection(
                Caller caller, ListRequest request, DeleteOptions options) {
            return behind.deleteCollection(caller, request, options);
        }
    }
}
