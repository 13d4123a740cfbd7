package dev.troupe.node.worker;

import dev.troupe.node.volume.ObjectSource;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * What all workers of a node share. Made once a node.
 *
 * @param steps runs what blocks for a runtime's call: bounded, for the runtime takes only so many at once
 * @param waiting runs what may wait long: a virtual thread each
 */
public record WorkerContext(
        ApiAccess access,
        NodeProfile node,
        NodeBackend backend,
        EventSink events,
        PodRegistry pods,
        Tools tools,
        InstantSource clock,
        Executor steps,
        Executor waiting) {

    /** What the others are made into. */
    record Tools(PodSteps steps, ImagePuller puller) {}

    public static WorkerContext of(
            ApiAccess access, NodeProfile node, NodeBackend backend, Sources sources, Threads threads) {
        PodSpecs specs = new PodSpecs(node, backend.volumes(), sources.objects(), sources.services());
        Tools tools = new Tools(
                new PodSteps(backend.runtime(), backend.network(), backend.volumes(), specs, sources.events()),
                new ImagePuller(backend.runtime(), sources.objects(), sources.events()));
        return new WorkerContext(
                access,
                node,
                backend,
                sources.events(),
                new PodRegistry(),
                tools,
                threads.clock(),
                threads.steps(),
                threads.waiting());
    }

    /** The key of a sandbox's address in a {@link dev.troupe.node.runtime.PodNetwork}. */
    public static String podKey(String podUid, int attempt) {
        return PodSteps.podKey(podUid, attempt);
    }

    /** Where workers hear of other objects and tell events. */
    public record Sources(ObjectSource objects, ServiceSource services, EventSink events) {}

    /** Time and threads. */
    public record Threads(InstantSource clock, Executor steps, Executor waiting) {}
}
