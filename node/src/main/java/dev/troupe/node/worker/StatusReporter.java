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
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** What a worker tells the API of its pod: the status where it changed, and that the pod can go. */
final class StatusReporter {
    private final WorkerContext context;
    private final PodStatuses.NodeFacts facts;

    StatusReporter(WorkerContext context) {
        this.context = context;
        this.facts = new PodStatuses.NodeFacts(
                context.node().addresses(), context.node().runtimeName());
    }

    /** What the API's status lacks; empty if it is right. Also shows the status to the node's endpoint. */
    Optional<ObjectNode> missing(PodVersion pod, PodView view, PodObservation observed, PodMemory memory, Instant now) {
        ObjectNode status = PodStatuses.build(view, observed, memory, facts, now);
        Optional<ObjectNode> patch =
                PodStatuses.patch(view.status(), status, pod.identity().uid());
        context.pods().put(pod, patch.map(missing -> status));
        return patch;
    }

    CompletionStage<Outcome<WriteResult>> write(PodVersion pod, ObjectNode patch) {
        ApiAccess access = context.access();
        return access.api()
                .patch(
                        access.caller(),
                        key(pod),
                        "status",
                        new Patch.StrategicMergePatch(patch),
                        WriteOptions.internal());
    }

    /** The last act of a deletion: nothing runs any more. */
    CompletionStage<Outcome<WriteResult>> remove(PodVersion pod) {
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
}
