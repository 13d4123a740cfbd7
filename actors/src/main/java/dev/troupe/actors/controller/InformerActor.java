package dev.troupe.actors.controller;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.Status;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one resource's informer fed: watches, and watches anew after a backoff when the watch ends. It keeps nothing
 * itself; when it restarts, the next watch begins with the whole state.
 */
final class InformerActor extends AbstractBehavior<InformerActor.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(InformerActor.class);

    sealed interface Command {}

    private record Answered(ResourceInformer.Feed feed, Outcome<WatchSubscription> outcome) implements Command {}

    private record Broken(ResourceInformer.Feed feed, Throwable failure) implements Command {}

    private record Ended(Optional<Status> why) implements Command {}

    private record Synced() implements Command {}

    private record WatchAnew() implements Command {}

    private final ControllerRuntime runtime;
    private final ResourceInformer informer;
    private final TimerScheduler<Command> timers;
    private Optional<ResourceInformer.Feed> feed = Optional.empty();
    private int failures;

    static Behavior<Command> create(ControllerRuntime runtime, ResourceInformer informer) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new InformerActor(context, timers, runtime, informer)));
    }

    private InformerActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ControllerRuntime runtime,
            ResourceInformer informer) {
        super(context);
        this.runtime = runtime;
        this.informer = informer;
        this.timers = timers;
        watch();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onSignal(PostStop.class, signal -> stopped())
                .onSignal(PreRestart.class, signal -> stopped())
                .onAnyMessage(this::receive)
                .build();
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Answered answered -> onAnswered(answered);
            case Broken broken -> {
                LOG.error("{}: watching failed", informer.type().groupResource(), broken.failure());
                again(broken.feed());
            }
            case Ended ended -> {
                LOG.info(
                        "{}: the watch ended: {}",
                        informer.type().groupResource(),
                        ended.why().map(Status::message).orElse("by the server"));
                feed.ifPresent(this::again);
            }
            case Synced synced -> failures = 0;
            case WatchAnew anew -> watch();
        }
        return this;
    }

    private void watch() {
        var self = getContext().getSelf();
        ResourceInformer.Feed next = informer.begin(why -> self.tell(new Ended(why)));
        feed = Optional.of(next);
        // Not older than what has been seen: a controller's world never goes back.
        WatchRequest request = new WatchRequest(
                informer.type(),
                "",
                LabelSelector.everything(),
                FieldSelector.everything(),
                new WatchRequest.Start.StreamedList(informer.version()),
                true);
        getContext()
                .pipeToSelf(
                        runtime.api().watch(runtime.caller("informer"), request, next),
                        (outcome, failure) ->
                                failure == null ? new Answered(next, outcome) : new Broken(next, failure));
    }

    private void onAnswered(Answered answered) {
        switch (answered.outcome()) {
            case Outcome.Success<WatchSubscription> success -> {
                answered.feed().started(success.value());
                getContext().pipeToSelf(informer.synced(), (synced, failure) -> new Synced());
            }
            case Outcome.Failure<WatchSubscription> failure -> {
                LOG.warn(
                        "{}: the watch was refused: {}",
                        informer.type().groupResource(),
                        failure.status().message());
                again(answered.feed());
            }
        }
    }

    private void again(ResourceInformer.Feed ended) {
        ended.close();
        failures++;
        timers.startSingleTimer(new WatchAnew(), runtime.backoff().after(failures));
    }

    private Behavior<Command> stopped() {
        feed.ifPresent(ResourceInformer.Feed::close);
        return this;
    }
}
