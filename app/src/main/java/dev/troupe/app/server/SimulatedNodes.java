package dev.troupe.app.server;

import dev.troupe.actors.cluster.RandomIdGenerator;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.node.NodeActor;
import dev.troupe.node.NodeContext;
import dev.troupe.node.NodeSettings;
import dev.troupe.node.runtime.AddressOnlyPodNetwork;
import dev.troupe.node.simulated.Delays;
import dev.troupe.node.simulated.SimulatedContainerRuntime;
import dev.troupe.node.volume.NoVolumes;
import dev.troupe.node.worker.ApiAccess;
import dev.troupe.node.worker.HandlerRunner;
import dev.troupe.node.worker.NodeBackend;
import dev.troupe.node.worker.WorkerContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/** Nodes on which no container runs: for trying things out, and for scale. */
public final class SimulatedNodes {
    /** What a container's start takes on a real engine that is not busy, about. */
    private static final Duration LONGEST_STEP = Duration.ofMillis(100);

    private final ActorSystem<?> system;
    private final ResourceApi api;
    private final Path folder;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("simulated-containers").factory());

    public SimulatedNodes(ActorSystem<?> system, ResourceApi api, Path folder) {
        this.system = system;
        this.api = api;
        this.folder = folder;
    }

    /**
     * Starts nodes {@code simulated-1} and so on.
     *
     * @param count at most 250, as each gets a /24 of the pods' addresses
     */
    public void start(int count) {
        for (int number = 1; number <= count; number++) {
            start("simulated-" + number, number);
        }
    }

    private void start(String name, int number) {
        String podCidr = "10.244." + number + ".0/24";
        SimulatedContainerRuntime runtime = new SimulatedContainerRuntime(
                name,
                InstantSource.system(),
                Delays.upTo(LONGEST_STEP, number),
                (delay, action) -> later.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS));
        NodeBackend backend = new NodeBackend(
                runtime, new AddressOnlyPodNetwork(podCidr), new NoVolumes(), HandlerRunner.alwaysWell());
        NodeSettings settings = new NodeSettings(
                name,
                List.of("192.0.2." + number),
                Map.of(),
                0,
                Optional.of(podCidr),
                new NodeSettings.Dns(List.of(ClusterNetwork.DNS_ADDRESS), ClusterNetwork.DOMAIN),
                folder,
                true,
                NodeSettings.Timing.defaults());
        Executor threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            NodeContext context = NodeContext.of(
                    settings,
                    new ApiAccess(api, ApiAccess.nodeUser(name), new RandomIdGenerator()),
                    backend,
                    runtime.info(),
                    new WorkerContext.Threads(InstantSource.system(), threads, threads));
            system.systemActorOf(NodeActor.create(context), "node-" + name, Props.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
