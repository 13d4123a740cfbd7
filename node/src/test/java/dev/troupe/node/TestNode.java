package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.node.runtime.AddressOnlyPodNetwork;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.PodNetwork;
import dev.troupe.node.simulated.Delays;
import dev.troupe.node.simulated.SimulatedContainerRuntime;
import dev.troupe.node.volume.HostVolumes;
import dev.troupe.node.volume.NoVolumes;
import dev.troupe.node.worker.ApiAccess;
import dev.troupe.node.worker.ApiObjects;
import dev.troupe.node.worker.HandlerRunner;
import dev.troupe.node.worker.NodeBackend;
import dev.troupe.node.worker.NodeHandlerRunner;
import dev.troupe.node.worker.WorkerContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/** A node over an API in memory, for tests. */
final class TestNode implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    final InMemoryResourceApi api = new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.system());
    final BreakableApi connection = new BreakableApi(api);
    final ContainerRuntime runtime;
    private final ActorTestKit testKit = ActorTestKit.create();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final NodeBackend backend;
    private final boolean simulated;
    private final AtomicLong ids = new AtomicLong();
    private final ApiAccess access;
    private ActorRef<NodeActor.Command> node;
    private NodePods pods;

    /** A node of simulated containers. */
    TestNode() {
        simulated = true;
        access = access();
        runtime = new SimulatedContainerRuntime(
                "node-1",
                InstantSource.system(),
                Delays.none(),
                (delay, action) -> later.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS));
        backend = new NodeBackend(
                runtime, new AddressOnlyPodNetwork("10.244.1.0/24"), new NoVolumes(), HandlerRunner.alwaysWell());
    }

    /** A node of real ones. */
    TestNode(ContainerRuntime runtime, PodNetwork network, Path folder) {
        simulated = false;
        access = access();
        this.runtime = runtime;
        backend = new NodeBackend(
                runtime, network, new HostVolumes(folder, new ApiObjects(access)), new NodeHandlerRunner(runtime));
    }

    private ApiAccess access() {
        IdGenerator generator = new IdGenerator() {
            @Override
            public String uid() {
                return "audit-" + ids.incrementAndGet();
            }

            @Override
            public String nameSuffix() {
                return "%05d".formatted(ids.incrementAndGet());
            }
        };
        return new ApiAccess(connection, ApiAccess.nodeUser("node-1"), generator);
    }

    TestNode start() throws IOException {
        NodeContext context = context();
        pods = context.pods();
        node = testKit.spawn(NodeActor.create(context));
        return this;
    }

    /** As the node's endpoint sees them. */
    NodePods pods() {
        return pods;
    }

    ApiAccess apiAccess() {
        return access;
    }

    ActorTestKit actors() {
        return testKit;
    }

    void removeAll() throws IOException {
        NodeContext.removeAll(backend);
    }

    void stopActor() {
        testKit.stop(node);
    }

    /** The actor goes, the containers stay, a new actor comes. */
    void restart() throws IOException {
        stopActor();
        start();
    }

    private NodeContext context() throws IOException {
        NodeSettings settings = new NodeSettings(
                "node-1",
                List.of("192.0.2.1"),
                Map.of(),
                10250,
                Optional.of("10.244.1.0/24"),
                new NodeSettings.Dns(List.of("10.96.0.10"), "cluster.local"),
                Path.of("/tmp"),
                simulated,
                new NodeSettings.Timing(
                        Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(10)));
        Executor threads = Executors.newVirtualThreadPerTaskExecutor();
        return NodeContext.of(
                settings,
                access,
                backend,
                runtime.info(),
                new WorkerContext.Threads(InstantSource.system(), threads, threads));
    }

    StoredObject givenPod(String name, String spec) {
        return givenPod(name, "{}", spec);
    }

    /** @param spec fields of the spec without braces, nodeName added */
    StoredObject givenPod(String name, String annotations, String spec) {
        return api.given("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"default","annotations":%s},
                 "spec":{"nodeName":"node-1",%s}}""".formatted(name, annotations, spec));
    }

    Optional<StoredObject> pod(String name) {
        return api.find(BuiltInTypes.PODS, "default", name);
    }

    /** Waits until the pod is as wished and gives it. */
    JsonNode awaitPod(String name, Predicate<JsonNode> wish) throws Exception {
        return await(
                () -> pod(name).map(StoredObject::tree).filter(wish),
                () -> pod(name).map(StoredObject::tree));
    }

    void awaitNoPod(String name) throws Exception {
        await(() -> pod(name).isEmpty() ? Optional.of(true) : Optional.empty(), () -> pod(name));
    }

    <T> T await(Callable<Optional<T>> found, Callable<?> otherwise) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<T> result = found.call();
            if (result.isPresent()) {
                return result.get();
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("in vain waited; there is: " + otherwise.call());
    }

    void delete(String name, DeleteOptions options) {
        api.delete(InMemoryResourceApi.admin(), BuiltInTypes.PODS.key("default", name), options)
                .toCompletableFuture()
                .join()
                .orThrow();
    }

    static JsonNode status(JsonNode pod, String container) {
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonNode status : Json.at(pod, "status", list)) {
                if (Json.text(status, "name").equals(container)) {
                    return status;
                }
            }
        }
        return pod.path("absent");
    }

    static String waiting(JsonNode pod, String container) {
        return Json.text(status(pod, container), "state", "waiting", "reason");
    }

    static String phase(JsonNode pod) {
        return Json.text(pod, "status", "phase");
    }

    static String condition(JsonNode object, String type) {
        for (JsonNode condition : Json.at(object, "status", "conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status");
            }
        }
        return "";
    }

    List<String> events(String name) {
        return api.all(BuiltInTypes.EVENTS).stream()
                .map(StoredObject::tree)
                .filter(event -> Json.text(event, "involvedObject", "name").equals(name))
                .map(event ->
                        Json.text(event, "type") + " " + Json.text(event, "reason") + " " + Json.text(event, "message"))
                .toList();
    }

    @Override
    public void close() {
        testKit.shutdownTestKit();
        later.shutdownNow();
    }
}
