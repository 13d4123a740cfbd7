package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.node.pod.PodMemory;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodStatuses;
import dev.troupe.node.pod.PodView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker tells the API of its pod: the status where it changed, one write at a time, and at the end that the pod
 * can go. Owned by the worker, to which answers come back as messages.
 */
final class StatusReporter {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);

    /** Before a status that the API could not take is sent again. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** Hands a stage's answer to the worker. */
    interface Pipe extends Consumer<CompletionStage<Outcome<WriteResult>>> {}

    /** What to do after a write. */
    sealed interface Next {
        /** The API has this now. */
        record Newer(PodVersion pod) implements Next {}

        /** Try again. */
        record Later(Duration delay) implements Next {}

        /** The pod is gone or another one's: the watch will tell. */
        record Superseded() implements Next {}
    }

    private final WorkerContext context;
    private final PodStatuses.NodeFacts facts;
    private final Pipe written;
    private final Pipe removed;
    private final List<ActorRef<PodWorker.StatusReported>> awaiting = new ArrayList<>();
    private boolean writing;
    private boolean confirming;

    StatusReporter(WorkerContext context, Pipe written, Pipe removed) {
        this.context = context;
        this.facts = new PodStatuses.NodeFacts(
                context.node().addresses(), context.node().runtimeName());
        this.written = written;
        this.removed = removed;
    }

    /** Answers once the API has the status as it is. */
    void await(ActorRef<PodWorker.StatusReported> replyTo) {
        awaiting.add(replyTo);
    }

    /** Once the status is told, the pod is to go. */
    void confirmDeletion() {
        confirming = true;
    }

    void nothingToTell(PodVersion pod) {
        awaiting.forEach(replyTo ->
                replyTo.tell(new PodWorker.StatusReported(pod.identity().uid())));
        awaiting.clear();
    }

    /**
     * Tells the status if the API has another, else that the pod can go, if it can.
     *
     * @param resting nothing is being done for the pod
     * @return whether nothing was to be told
     */
    boolean report(PodVersion pod, PodView view, PodObservation observed, PodMemory memory, boolean resting) {
        if (writing) {
            return false;
        }
        ObjectNode status =
                PodStatuses.build(view, observed, memory, facts, context.clock().instant());
        Optional<ObjectNode> patch =
                PodStatuses.patch(view.status(), status, pod.identity().uid());
        context.pods().put(pod, patch.map(missing -> status));
        if (patch.isPresent()) {
            writing = true;
            written.accept(write(pod, patch.get()));
            return false;
        }
        nothingToTell(pod);
        if (confirming && resting) {
            confirming = false;
            removed.accept(remove(pod));
        }
        return true;
    }

    private CompletionStage<Outcome<WriteResult>> write(PodVersion pod, ObjectNode patch) {
        ApiAccess access = context.access();
        return access.api()
                .patch(
                        access.caller(),
                        key(pod),
                        "status",
                        new Patch.StrategicMergePatch(patch),
                        WriteOptions.internal());
    }

    private CompletionStage<Outcome<WriteResult>> remove(PodVersion pod) {
        ApiAccess access = context.access();
        DeleteOptions now = new DeleteOptions(
                false,
                OptionalLong.of(0),
                Optional.empty(),
                Optional.of(pod.identity().uid()),
                Optional.empty());
        return access.api().delete(access.caller(), key(pod), now);
    }

    private static ObjectKey key(PodVersion pod) {
        return BuiltInTypes.PODS.key(pod.identity().namespace(), pod.identity().name());
    }

    /** A write was answered. */
    Next written(PodVersion pod, Outcome<WriteResult> outcome) {
        writing = false;
        return switch (outcome) {
            case Outcome.Success<WriteResult> success ->
                new Next.Newer(PodVersion.of(success.value().object()));
            case Outcome.Failure<WriteResult> failure -> {
                if (isSuperseded(failure)) {
                    nothingToTell(pod);
                    yield new Next.Superseded();
                }
                LOG.warn(
                        "pod {}: status not written: {}",
                        pod.identity(),
                        failure.status().message());
                yield new Next.Later(RETRY);
            }
        };
    }

    /** Whether the API did not let the pod go and must be asked again. */
    boolean isRefused(PodVersion pod, Outcome<WriteResult> outcome) {
        if (outcome instanceof Outcome.Failure<WriteResult> failure && !isSuperseded(failure)) {
            LOG.warn("pod {}: not removed: {}", pod.identity(), failure.status().message());
            return true;
        }
        return false;
    }

    private static boolean isSuperseded(Outcome.Failure<WriteResult> failure) {
        return failure.status().code() == 404 || failure.status().code() == 409;
    }
}
