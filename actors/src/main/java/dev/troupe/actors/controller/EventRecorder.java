package dev.troupe.actors.controller;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.event.EventCorrelator;
import dev.troupe.model.controller.event.Occurrence;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes API Events for the controllers of a member, combined and limited. Nobody waits for it: an Event that cannot be
 * written is dropped. It keeps in memory what it has told lately; after a restart it counts anew.
 */
public final class EventRecorder extends AbstractBehavior<EventRecorder.Command> {
    private static final ResourceType EVENTS = BuiltInTypes.EVENTS;
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    /** What it is told. */
    public sealed interface Command {}

    /**
     * Tells an Event.
     *
     * @param source the component, for example {@code replicaset-controller}
     */
    public record Record(String source, Caller caller, PlanStep.RecordEvent event) implements Command {}

    private record Answered(Telling telling, Outcome<WriteResult> outcome) implements Command {}

    private record Broken(Telling telling, Throwable failure) implements Command {}

    /**
     * An occurrence and on whose behalf it is told.
     *
     * @param anew whether it is created, not patched
     */
    private record Telling(Caller caller, Occurrence occurrence, boolean anew) {}

    private final ControllerRuntime runtime;
    private final EventCorrelator correlator = new EventCorrelator();
    /** Events being written, with the latest state that is to follow. */
    private final Map<String, Optional<Telling>> inFlight = new HashMap<>();

    static Behavior<Command> create(ControllerRuntime runtime) {
        return Behaviors.setup(context -> new EventRecorder(context, runtime));
    }

    private EventRecorder(ActorContext<Command> context, ControllerRuntime runtime) {
        super(context);
        this.runtime = runtime;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::receive).build();
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Record record -> onRecord(record);
            case Answered answered -> onAnswered(answered);
            case Broken broken -> {
                LOG.error("an Event was not written", broken.failure());
                dropped(broken.telling());
            }
        }
        return this;
    }

    private void onRecord(Record record) {
        correlator
                .correlate(record.source(), record.event(), runtime.clock().instant())
                .ifPresent(occurrence -> {
                    Telling telling = new Telling(record.caller(), occurrence, occurrence.count() == 1);
                    if (inFlight.containsKey(occurrence.key())) {
                        inFlight.put(occurrence.key(), Optional.of(telling));
                    } else if (inFlight.size() < runtime.settings().eventsInFlight()) {
                        write(telling);
                    } else {
                        correlator.forget(occurrence.key());
                        LOG.debug("dropped for the number of Events in flight: {}", occurrence.message());
                    }
                });
    }

    private void write(Telling telling) {
        inFlight.put(telling.occurrence().key(), Optional.empty());
        tell(telling, telling.anew() ? create(telling) : patch(telling));
    }

    private void tell(Telling telling, CompletionStage<Outcome<WriteResult>> written) {
        getContext()
                .pipeToSelf(
                        written,
                        (outcome, failure) ->
                                failure == null ? new Answered(telling, outcome) : new Broken(telling, failure));
    }

    private CompletionStage<Outcome<WriteResult>> create(Telling telling) {
        Occurrence occurrence = telling.occurrence();
        return runtime.api()
                .create(telling.caller(), EVENTS, occurrence.namespace(), occurrence.toJson(), WriteOptions.internal());
    }

    private CompletionStage<Outcome<WriteResult>> patch(Telling telling) {
        Occurrence occurrence = telling.occurrence();
        return runtime.api()
                .patch(
                        telling.caller(),
                        EVENTS.key(occurrence.namespace(), occurrence.name()),
                        "",
                        new Patch.MergePatch(occurrence.toPatch()),
                        WriteOptions.internal());
    }

    private void onAnswered(Answered answered) {
        Telling telling = answered.telling();
        switch (answered.outcome()) {
            case Outcome.Success<WriteResult> success -> next(telling);
            case Outcome.Failure<WriteResult> failure -> {
                if (failure.status().code() == 404 && !telling.anew()) {
                    // It was deleted or outlived its retention: told anew, with its count.
                    Telling anew = new Telling(telling.caller(), telling.occurrence(), true);
                    tell(anew, create(anew));
                } else {
                    LOG.debug(
                            "an Event was refused: {}: {}",
                            telling.occurrence().message(),
                            failure.status().message());
                    dropped(telling);
                }
            }
        }
    }

    private void dropped(Telling telling) {
        correlator.forget(telling.occurrence().key());
        inFlight.remove(telling.occurrence().key());
    }

    private void next(Telling telling) {
        Optional<Telling> following = inFlight.getOrDefault(telling.occurrence().key(), Optional.empty());
        inFlight.remove(telling.occurrence().key());
        following.ifPresent(this::write);
    }
}
