package dev.troupe.node.reflect;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Follows one resource and tells another actor. It holds nothing but the version it has seen: after a lost watch it
 * goes on from there, and begins anew where the server no longer remembers that far. Nothing is persisted; a failover
 * of the server is a lost watch.
 */
public final class Reflector extends AbstractBehavior<Reflector.Command> {
    /** First and longest pause before another try; half of each is chance, so that nodes do not come all at once. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Internal messages only: a reflector is told nothing from outside. */
    public sealed interface Command {}

    private record Begin() implements Command {}

    private record Began(int attempt, Outcome<WatchSubscription> outcome) implements Command {}

    private record Broke(int attempt, String why) implements Command {}

    private record Events(int attempt, List<WatchEvent> events) implements Command {}

    private record Ended(int attempt, Optional<Status> why) implements Command {}

    /**
     * @param request what to follow; where it starts is decided here
     * @param target gets a {@link Reflection.Replaced} first
     * @param message makes a message to the target of what there is to tell
     */
    public static <T> Behavior<Command> create(
            ResourceApi api,
            Caller caller,
            WatchRequest request,
            ActorRef<T> target,
            Function<Reflection, ? extends T> message) {
        Consumer<Reflection> tell = reflection -> target.tell(message.apply(reflection));
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Reflector reflector = new Reflector(context, timers, new Source(api, caller, request), tell);
            context.getSelf().tell(new Begin());
            return reflector;
        }));
    }

    private record Source(ResourceApi api, Caller caller, WatchRequest request) {
        CompletionStage<Outcome<WatchSubscription>> watch(WatchRequest.Start start, WatchObserver observer) {
            WatchRequest asked = new WatchRequest(
                    request.type(), request.namespace(), request.labels(), request.fields(), start, true);
            return api.watch(caller, asked, observer);
        }
    }

    private final TimerScheduler<Command> timers;
    private final Source source;
    private final Consumer<Reflection> target;
    private final Map<NamespacedName, StoredObject> initial = new HashMap<>();
    private Optional<WatchSubscription> subscription = Optional.empty();
    private boolean synced;
    private long seen;
    private int attempt;
    private int failures;

    private Reflector(
            ActorContext<Command> context, TimerScheduler<Command> timers, Source source, Consumer<Reflection> target) {
        super(context);
        this.timers = timers;
        this.source = source;
        this.target = target;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Begin.class, this::onBegin)
                .onMessage(Began.class, this::onBegan)
                .onMessage(Broke.class, this::onBroke)
                .onMessage(Events.class, this::onEvents)
                .onMessage(Ended.class, this::onEnded)
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Command> onBegin(Begin begin) {
        int current = ++attempt;
        initial.clear();
        WatchRequest.Start start = synced ? new WatchRequest.Start.After(seen) : new WatchRequest.Start.StreamedList(0);
        ActorRef<Command> self = getContext().getSelf();
        getContext().pipeToSelf(source.watch(start, new Observer(self, current)), (outcome, failure) -> {
            if (failure != null) {
                return new Broke(current, String.valueOf(failure.getMessage()));
            }
            return new Began(current, outcome);
        });
        return this;
    }

    private record Observer(ActorRef<Command> self, int attempt) implements WatchObserver {
        @Override
        public void next(List<WatchEvent> events) {
            self.tell(new Events(attempt, events));
        }

        @Override
        public void ended(Optional<Status> why) {
            self.tell(new Ended(attempt, why));
        }
    }

    private Behavior<Command> onBegan(Began began) {
        switch (began.outcome()) {
            case Outcome.Success<WatchSubscription> success -> {
                if (began.attempt() == attempt) {
                    subscription = Optional.of(success.value());
                } else {
                    success.value().cancel();
                }
            }
            case Outcome.Failure<WatchSubscription> failure -> {
                if (began.attempt() == attempt) {
                    again(Optional.of(failure.status()), failure.status().message());
                }
            }
        }
        return this;
    }

    private Behavior<Command> onBroke(Broke broke) {
        if (broke.attempt() == attempt) {
            again(Optional.empty(), broke.why());
        }
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        if (ended.attempt() == attempt) {
            again(ended.why(), ended.why().map(Status::message).orElse("the server ended it"));
        }
        return this;
    }

    private Behavior<Command> onEvents(Events events) {
        if (events.attempt() != attempt) {
            return this;
        }
        failures = 0;
        List<Reflection.Change> changes = new ArrayList<>();
        for (WatchEvent event : events.events()) {
            seen = Math.max(seen, event.resourceVersion());
            switch (event) {
                case WatchEvent.Added added -> set(added.object(), changes);
                case WatchEvent.Modified modified -> set(modified.object(), changes);
                case WatchEvent.Deleted deleted -> remove(deleted.object(), changes);
                case WatchEvent.Bookmark bookmark -> onBookmark(bookmark);
            }
        }
        if (!changes.isEmpty()) {
            target.accept(new Reflection.Changed(changes));
        }
        return this;
    }

    private void set(StoredObject object, List<Reflection.Change> changes) {
        if (synced) {
            changes.add(new Reflection.Change.Set(object));
        } else {
            initial.put(object.name(), object);
        }
    }

    private void remove(StoredObject object, List<Reflection.Change> changes) {
        if (synced) {
            changes.add(new Reflection.Change.Removed(object));
        } else {
            initial.remove(object.name());
        }
    }

    private void onBookmark(WatchEvent.Bookmark bookmark) {
        if (!synced && bookmark.endsInitialEvents()) {
            synced = true;
            target.accept(new Reflection.Replaced(initial));
            initial.clear();
        }
    }

    private void again(Optional<Status> why, String message) {
        // Whatever of this attempt is still under way is of the past.
        attempt++;
        subscription.ifPresent(WatchSubscription::cancel);
        subscription = Optional.empty();
        if (why.filter(status -> status.code() == 410).isPresent()) {
            synced = false;
        }
        long most = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures, 10));
        failures++;
        if (failures > 1) {
            getContext()
                    .getLog()
                    .warn(
                            "Cannot follow {}: {}; trying again",
                            source.request().type().groupResource(),
                            message);
        }
        Duration pause =
                Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2));
        timers.startSingleTimer(new Begin(), pause);
    }

    private Behavior<Command> onStop() {
        subscription.ifPresent(WatchSubscription::cancel);
        return this;
    }
}
