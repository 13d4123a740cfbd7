package dev.troupe.tests.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.http.ApiServer;
import dev.troupe.http.ApiServerSettings;
import dev.troupe.http.auth.Authenticator;
import dev.troupe.http.auth.Authorizers;
import dev.troupe.http.auth.ClientCertificates;
import dev.troupe.http.auth.GroupAuthorizer;
import dev.troupe.http.auth.NodeAuthorizer;
import dev.troupe.http.auth.NodeObjects;
import dev.troupe.http.node.NodeAccess;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.codec.BodyDecoders;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.node.NodeActor;
import dev.troupe.node.NodeContext;
import dev.troupe.node.NodeSettings;
import dev.troupe.node.client.HttpResourceApi;
import dev.troupe.node.runtime.AddressOnlyPodNetwork;
import dev.troupe.node.simulated.Delays;
import dev.troupe.node.simulated.SimulatedContainerRuntime;
import dev.troupe.node.volume.NoVolumes;
import dev.troupe.node.worker.ApiAccess;
import dev.troupe.node.worker.HandlerRunner;
import dev.troupe.node.worker.NodeBackend;
import dev.troupe.node.worker.WorkerContext;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The HTTP client of agents, and a whole node over it, as a node may: by the node authorizer's leave. */
@Timeout(60)
class RemoteNodeTest {
    private static final Caller ANYBODY = InMemoryResourceApi.admin();

    private final ResourceRegistry registry = BuiltInKinds.registry();
    private final InMemoryResourceApi objects = new InMemoryResourceApi(registry, InstantSource.system());
    private final IdGenerator ids = new Ids();
    private ActorSystem<SpawnProtocol.Command> system;
    private ApiServer server;
    private HttpResourceApi admin;
    private HttpResourceApi node;

    @BeforeEach
    void start() throws IOException {
        CertificateAuthority authority = CertificateAuthority.create("test-ca", Instant.now());
        InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        Credentials credentials = authority.issueServer(
                "kube-apiserver", List.of("localhost"), List.of(local), Instant.now(), Duration.ofDays(1));
        system = ActorSystem.create(SpawnProtocol.create(), "remote-node", ConfigFactory.load());
        NodeAccess noNodes = new NodeAccess(issue(authority, "kubelet-client", "system:masters"), false);
        server = ApiServer.start(
                        system,
                        ApiServerSettings.on("127.0.0.1", 0),
                        credentials,
                        new ApiServer.Parts(
                                objects,
                                registry,
                                BodyDecoders.all(),
                                List.of(),
                                new Authenticator(new ClientCertificates(credentials.authority()), List.of()),
                                new Authorizers(List.of(new GroupAuthorizer(), new NodeAuthorizer(new Bindings()))),
                                noNodes,
                                List.of(),
                                new PrometheusRegistry(),
                                ids,
                                InstantSource.system()))
                .toCompletableFuture()
                .join();
        URI url = URI.create("https://127.0.0.1:" + server.address().getPort());
        admin = new HttpResourceApi(url, TlsContexts.of(issue(authority, "admin", "system:masters")), registry);
        node = new HttpResourceApi(
                url, TlsContexts.of(issue(authority, "system:node:node-1", "system:nodes")), registry);
    }

    private static Credentials issue(CertificateAuthority authority, String user, String group) {
        return authority.issueClient(user, List.of(group), Instant.now(), Duration.ofHours(1));
    }

    @AfterEach
    void stop() {
        admin.close();
        node.close();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    /** Every pod of these tests is bound to the one node. */
    private static final class Bindings implements NodeObjects {
        @Override
        public boolean isBound(NamespacedName pod, String name) {
            return true;
        }

        @Override
        public boolean isReferred(ObjectKey object, String name) {
            return false;
        }
    }

    private static final class Ids implements IdGenerator {
        @Override
        public String uid() {
            return UUID.randomUUID().toString();
        }

        @Override
        public String nameSuffix() {
            return UUID.randomUUID().toString().substring(0, 5);
        }
    }

    private static <T> Outcome<T> join(CompletionStage<Outcome<T>> stage) {
        return stage.toCompletableFuture().join();
    }

    private static <T> Status failure(CompletionStage<Outcome<T>> stage) {
        return ((Outcome.Failure<T>) join(stage)).status();
    }

    @Test
    void everyVerbGoesThrough() throws Exception {
        ObjectKey key = BuiltInTypes.CONFIG_MAPS.key("default", "settings");
        WriteResult created = join(admin.create(
                        ANYBODY,
                        BuiltInTypes.CONFIG_MAPS,
                        "default",
                        Json.parseObject(
                                "{\"metadata\":{\"name\":\"settings\",\"labels\":{\"a\":\"b\"}},\"data\":{\"x\":\"1\"}}"),
                        WriteOptions.internal()))
                .orThrow();
        assertEquals(WriteResult.Effect.CREATED, created.effect());
        StoredObject found =
                join(admin.get(ANYBODY, key, new ReadVersion.Latest())).orThrow();
        StoredObject stored =
                objects.find(BuiltInTypes.CONFIG_MAPS, "default", "settings").orElseThrow();
        assertEquals(stored.tree(), found.tree());
        assertEquals(stored.resourceVersion(), found.resourceVersion());

        var update = found.copy();
        Json.objectAt(update, "data").put("x", "2");
        join(admin.update(ANYBODY, key, "", update, WriteOptions.internal())).orThrow();
        Status stale = failure(admin.update(ANYBODY, key, "", found.copy(), WriteOptions.internal()));
        assertEquals(409, stale.code());
        assertEquals("Conflict", stale.reason());
        assertTrue(stale.message().contains("the object has been modified"), stale.message());

        join(admin.patch(
                        ANYBODY,
                        key,
                        "",
                        new dev.troupe.model.api.Patch.MergePatch(Json.parseObject("{\"data\":{\"y\":\"3\"}}")),
                        WriteOptions.internal()))
                .orThrow();
        ListRequest all = ListRequest.all(BuiltInTypes.CONFIG_MAPS);
        ObjectList list = join(admin.list(ANYBODY, all)).orThrow();
        assertEquals(1, list.items().size());
        assertEquals("3", Json.text(list.items().get(0).tree(), "data", "y"));
        assertTrue(list.resourceVersion() > 0);

        WriteResult removed =
                join(admin.delete(ANYBODY, key, DeleteOptions.defaults())).orThrow();
        assertEquals(WriteResult.Effect.REMOVED, removed.effect());
        Status missing = failure(admin.get(ANYBODY, key, new ReadVersion.Latest()));
        assertEquals(Status.notFound(BuiltInTypes.CONFIG_MAPS.groupResource(), "settings"), missing);
    }

    @Test
    void aWatchStreamsTheStateAndThenChanges() throws Exception {
        objects.given("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"one\"}}");
        BlockingQueue<Object> seen = new ArrayBlockingQueue<>(100);
        WatchObserver observer = new WatchObserver() {
            @Override
            public void next(List<WatchEvent> events) {
                seen.addAll(events);
            }

            @Override
            public void ended(Optional<Status> why) {
                seen.add(why);
            }
        };
        WatchSubscription watch = join(admin.watch(ANYBODY, WatchRequest.state(BuiltInTypes.NAMESPACES), observer))
                .orThrow();
        WatchEvent first = (WatchEvent) seen.poll(10, TimeUnit.SECONDS);
        assertEquals("one", ((WatchEvent.Added) first).object().meta().name());
        WatchEvent.Bookmark bookmark = (WatchEvent.Bookmark) seen.poll(10, TimeUnit.SECONDS);
        assertTrue(bookmark.endsInitialEvents());
        StoredObject two =
                objects.given("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"two\"}}");
        WatchEvent.Added added = (WatchEvent.Added) seen.poll(10, TimeUnit.SECONDS);
        assertEquals(two.resourceVersion(), added.resourceVersion());
        watch.cancel();
    }

    @Test
    void aServerThatIsAwayIsAFailureThatAsksForAnotherTry() {
        HttpResourceApi nowhere = new HttpResourceApi(
                URI.create("https://127.0.0.1:1"), TlsContexts.trusting(anyCertificate()), registry);
        Status status = failure(nowhere.get(ANYBODY, BuiltInTypes.NODES.key("", "node-1"), new ReadVersion.Latest()));
        assertEquals(503, status.code());
        nowhere.close();
    }

    private static java.security.cert.X509Certificate anyCertificate() {
        return CertificateAuthority.create("other", Instant.now()).certificate();
    }

    @Test
    void aWholeNodeRunsItsPodsOverHttps() throws Exception {
        SimulatedContainerRuntime runtime =
                new SimulatedContainerRuntime("node-1", InstantSource.system(), Delays.none(), (delay, action) -> {});
        NodeBackend backend = new NodeBackend(
                runtime, new AddressOnlyPodNetwork("10.244.1.0/24"), new NoVolumes(), HandlerRunner.alwaysWell());
        NodeSettings settings = new NodeSettings(
                "node-1",
                List.of("192.0.2.1"),
                Map.of(),
                10250,
                Optional.of("10.244.1.0/24"),
                new NodeSettings.Dns(List.of(), "cluster.local"),
                Path.of("/tmp"),
                true,
                NodeSettings.Timing.defaults());
        Executor threads = Executors.newVirtualThreadPerTaskExecutor();
        NodeContext context = NodeContext.of(
                settings,
                new ApiAccess(node, ApiAccess.nodeUser("node-1"), ids),
                backend,
                runtime.info(),
                new WorkerContext.Threads(InstantSource.system(), threads, threads));
        system.tell(new SpawnProtocol.Spawn<>(NodeActor.create(context), "node", Props.empty(), system.ignoreRef()));
        objects.given("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"},
                 "spec":{"nodeName":"node-1","containers":[{"name":"web","image":"troupe/web:1"}]}}""");
        await(() -> pod().map(pod -> Json.text(pod, "status", "phase").equals("Running"))
                .orElse(false));
        await(() ->
                objects.find(BuiltInTypes.LEASES, "kube-node-lease", "node-1").isPresent());
        await(() -> objects.all(BuiltInTypes.EVENTS).size() >= 3);
        objects.delete(ANYBODY, BuiltInTypes.PODS.key("default", "web"), DeleteOptions.defaults());
        await(() -> pod().isEmpty());
        await(() -> runtime.list().containers().isEmpty());
    }

    private Optional<JsonNode> pod() {
        return objects.find(BuiltInTypes.PODS, "default", "web").map(StoredObject::tree);
    }

    /** The class's timeout ends a vain wait. */
    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.onSpinWait();
        }
    }
}
