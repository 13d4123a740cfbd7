package dev.troupe.node;

import dev.troupe.model.quantity.Quantity;
import dev.troupe.node.runtime.PodAddress;
import dev.troupe.node.runtime.RuntimeInfo;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxState;
import dev.troupe.node.worker.ApiAccess;
import dev.troupe.node.worker.ApiObjects;
import dev.troupe.node.worker.EventRecorder;
import dev.troupe.node.worker.NodeBackend;
import dev.troupe.node.worker.NodeProfile;
import dev.troupe.node.worker.ServiceSource;
import dev.troupe.node.worker.WorkerContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All that a {@link NodeActor} needs.
 *
 * @param services empty where pods are not told of Services
 */
public record NodeContext(
        NodeSettings settings,
        ApiAccess access,
        NodeCapacity capacity,
        WorkerContext worker,
        EventRecorder events,
        Optional<KnownServices> services) {

    /** Found before a node begins. */
    record Preparation(NodeHealth health, Optional<RuntimeSnapshot> snapshot) {}

    /**
     * Puts a node together.
     *
     * @param runtime what the backend's runtime says of itself; its name goes into container ids
     * @throws IOException if this machine's capacity cannot be read
     */
    public static NodeContext of(
            NodeSettings settings,
            ApiAccess access,
            NodeBackend backend,
            RuntimeInfo runtime,
            WorkerContext.Threads threads)
            throws IOException {
        NodeCapacity capacity =
                settings.simulated() ? NodeCapacity.simulated() : NodeCapacity.ofMachine(settings.folder());
        Optional<KnownServices> services = settings.simulated() ? Optional.empty() : Optional.of(new KnownServices());
        EventRecorder events = new EventRecorder(access, settings.name(), threads.clock());
        NodeProfile profile = profile(settings, capacity.resources(), runtime);
        WorkerContext worker = WorkerContext.of(
                access,
                profile,
                backend,
                new WorkerContext.Sources(
                        new ApiObjects(access),
                        services.<ServiceSource>map(known -> known).orElseGet(ServiceSource::none),
                        events),
                threads);
        return new NodeContext(settings, access, capacity, worker, events, services);
    }

    private static NodeProfile profile(NodeSettings settings, Map<String, Quantity> allocatable, RuntimeInfo runtime) {
        return new NodeProfile(
                settings.name(),
                settings.addresses(),
                allocatable,
                settings.dns().servers(),
                settings.dns().domain(),
                Path.of("/etc/resolv.conf"),
                settings.simulated() ? "" : "/kubepods",
                runtime.cgroupDriver().equals("systemd"),
                runtime.name());
    }

    /** The node's pods, for its endpoint. */
    public NodePods pods() {
        return worker.pods();
    }

    /** Sees how things are and tells the network which addresses are in use. Blocks. */
    Preparation prepare() {
        NodeHealth health = NodeHealth.check(worker.backend().runtime(), settings);
        if (!health.fault().isEmpty()) {
            return new Preparation(health, Optional.empty());
        }
        try {
            RuntimeSnapshot snapshot = worker.backend().runtime().list();
            Map<String, PodAddress> inUse = new HashMap<>();
            for (SandboxState sandbox : snapshot.sandboxes()) {
                if (!sandbox.address().isEmpty()) {
                    inUse.put(
                            WorkerContext.podKey(sandbox.pod().uid(), sandbox.attempt()),
                            new PodAddress(sandbox.address()));
                }
            }
            worker.backend().network().retain(inUse);
            return new Preparation(health, Optional.of(snapshot));
        } catch (IOException e) {
            return new Preparation(NodeHealth.failed(String.valueOf(e.getMessage())), Optional.empty());
        }
    }

    /** Blocks. */
    RuntimeSnapshot list() {
        try {
            return worker.backend().runtime().list();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Removes every container of the cluster and all pods' files of this node, for good. Blocks; the node's actor must
     * have stopped.
     */
    public static void removeAll(NodeBackend backend) throws IOException {
        backend.runtime().removeAll();
        for (String uid : backend.volumes().podUids()) {
            backend.volumes().unmount(uid);
        }
    }
}
