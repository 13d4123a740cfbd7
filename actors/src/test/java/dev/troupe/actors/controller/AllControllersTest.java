package dev.troupe.actors.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import dev.troupe.actors.cluster.MemberSettings;
import dev.troupe.actors.cluster.RandomIdGenerator;
import dev.troupe.actors.cluster.TroupeCluster;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.controller.builtin.Controllers;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.Props;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All controllers together on a real member: entities, sequencers, caches, admission, a journal. */
class AllControllersTest {
    private static final Caller CALLER =
            Caller.of(UserInfo.of("tester", UserInfo.SYSTEM_MASTERS, UserInfo.SYSTEM_AUTHENTICATED), "test");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path journal;

    private final ResourceRegistry registry = BuiltInKinds.registry();
    private TroupeCluster cluster;
    private TestProbe<Void> probe;

    @BeforeEach
    void start() {
        cluster = TroupeCluster.start(
                MemberSettings.alone(journal)
                        .with(ConfigFactory.parseString(
                                "pekko.coordinated-shutdown.run-by-actor-system-terminate = off\n"
                                        + "pekko.cluster.jmx.enabled = off")),
                registry,
                InstantSource.system(),
                new RandomIdGenerator());
        probe = TestProbe.create(cluster.system());
        await(cluster.ready());
        cluster.bootstrap("127.0.0.1", 6443);
        ControllerRuntime runtime = new ControllerRuntime(
                cluster.api(),
                registry,
                InstantSource.system(),
                new RandomIdGenerator(),
                () -> ThreadLocalRandom.current().nextDouble(),
                ControllerSettings.from(cluster.system().settings().config().getConfig("troupe.controllers")),
                Optional.empty());
        cluster.system()
                .systemActorOf(
                        ControllerSupervisor.createClustered(
                                runtime,
                                Controllers.all(
                                        registry,
                                        Controllers.Settings.defaults().withRootCertificate("PEM"))),
                        "controllers",
                        Props.empty());
        create("", """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},
                 "status":{"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2099-01-01T00:00:00Z"}]}}""");
        new SimulatedNode(cluster.api()).start();
    }

    @AfterEach
    void stop() {
        cluster.system().classicSystem().terminate();
        await(cluster.system().getWhenTerminated());
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private void until(String what, BooleanSupplier condition) {
        probe.awaitAssert(PATIENCE, Duration.ofMillis(20), () -> {
            assertTrue(condition.getAsBoolean(), what);
            return what;
        });
    }

    private StoredObject create(String namespace, String json) {
        ObjectNode object = Json.parseObject(json);
        ResourceType type = registry.findKind(Json.text(object, "apiVersion"), Json.text(object, "kind"))
                .orElseThrow()
                .type();
        return await(cluster.api().create(CALLER, type, namespace, object, WriteOptions.internal()))
                .orThrow()
                .object();
    }

    private Optional<StoredObject> get(ObjectKey key) {
        return switch (await(cluster.api().get(CALLER, key, new ReadVersion.Latest()))) {
            case Outcome.Success<StoredObject> success -> Optional.of(success.value());
            case Outcome.Failure<StoredObject> failure -> Optional.empty();
        };
    }

    private List<StoredObject> list(ResourceType type, String namespace) {
        return await(cluster.api().list(CALLER, ListRequest.in(type, namespace)))
                .orThrow()
                .items();
    }

    private void namespace(String name) {
        create("", "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + name + "\"}}");
        until(
                "the account of " + name,
                () -> get(BuiltInTypes.SERVICE_ACCOUNTS.key(name, "default")).isPresent());
    }

    private StoredObject deployment(String namespace, int replicas) {
        return create(namespace, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
                 "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                  "template":{"metadata":{"labels":{"app":"web"}},
                   "spec":{"containers":[{"name":"c","image":"nginx:1"}]}}}}""".formatted(replicas));
    }

    private boolean isComplete(StoredObject deployment, int replicas) {
        StoredObject now = get(deployment.key()).orElseThrow();
        return Json.integer(now.tree(), 0, "status", "updatedReplicas") == replicas
                && Json.integer(now.tree(), 0, "status", "replicas") == replicas
                && Json.integer(now.tree(), 0, "status", "availableReplicas") == replicas
                && Json.integer(now.tree(), 0, "status", "observedGeneration")
                        == now.meta().generation();
    }

    private int endpoints(String namespace) {
        return list(BuiltInTypes.ENDPOINT_SLICES, namespace).stream()
                .mapToInt(slice -> slice.tree().path("endpoints").size())
                .sum();
    }

    @Test
    void aDeploymentRunsRollsAndGoesWithItsNamespace() {
        namespace("shop");
        StoredObject web = deployment("shop", 3);
        create("shop", """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
                 "spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""");
        until("three pods", () -> isComplete(web, 3));
        until("three endpoints", () -> endpoints("shop") == 3);

        ObjectNode patch = Json.parseObject(
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"nginx:2\"}]}}}}");
        await(cluster.api().patch(CALLER, web.key(), "", new Patch.StrategicMergePatch(patch), WriteOptions.internal()))
                .orThrow();
        until("the rollout", () -> isComplete(web, 3));
        until("the old pods are gone", () -> list(BuiltInTypes.PODS, "shop").size() == 3);
        assertEquals(
                "2",
                Json.text(
                        get(web.key()).orElseThrow().tree(),
                        "metadata",
                        "annotations",
                        "deployment.kubernetes.io/revision"));
        until(
                "the Events",
                () -> list(BuiltInTypes.EVENTS, "shop").stream()
                        .anyMatch(event -> Json.text(event.tree(), "reason").equals("ScalingReplicaSet")));

        await(cluster.api().delete(CALLER, BuiltInTypes.NAMESPACES.key("", "shop"), DeleteOptions.defaults()))
                .orThrow();
        until(
                "the namespace is gone",
                () -> get(BuiltInTypes.NAMESPACES.key("", "shop")).isEmpty());
        for (ResourceType type : List.of(
                BuiltInTypes.PODS,
                BuiltInTypes.REPLICA_SETS,
                BuiltInTypes.SECRETS,
                BuiltInTypes.EVENTS,
                BuiltInTypes.CONFIG_MAPS,
                BuiltInTypes.ENDPOINT_SLICES)) {
            assertEquals(List.of(), list(type, "shop"));
        }
    }

    @Test
    void deletionCascadesInTheForeground() {
        namespace("shop");
        StoredObject web = deployment("shop", 2);
        until("two pods", () -> isComplete(web, 2));
        DeleteOptions foreground = new DeleteOptions(
                false,
                DeleteOptions.defaults().gracePeriodSeconds(),
                Optional.of(DeleteOptions.Propagation.FOREGROUND),
                Optional.empty(),
                Optional.empty());
        await(cluster.api().delete(CALLER, web.key(), foreground)).orThrow();
        until("the deployment is gone", () -> get(web.key()).isEmpty());
        assertEquals(List.of(), list(BuiltInTypes.REPLICA_SETS, "shop"));
        assertEquals(List.of(), list(BuiltInTypes.PODS, "shop"));
    }

    @Test
    void nodesGetTheirRangeAndNamespacesTheRootCertificate() {
        until(
                "the node's range",
                () -> get(BuiltInTypes.NODES.key("", "n1"))
                        .filter(node ->
                                Json.text(node.tree(), "spec", "podCIDR").equals("10.244.0.0/24"))
                        .isPresent());
        until(
                "the certificate",
                () -> get(BuiltInTypes.CONFIG_MAPS.key("kube-system", "kube-root-ca.crt"))
                        .isPresent());
    }

    @Test
    void aQuotaShowsWhatIsUsed() {
        namespace("shop");
        StoredObject quota = create("shop", """
                {"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q"},"spec":{"hard":{"pods":"2"}}}""");
        StoredObject web = deployment("shop", 3);
        until(
                "two pods counted",
                () -> Json.text(get(quota.key()).orElseThrow().tree(), "status", "used", "pods")
                        .equals("2"));
        until(
                "the failure",
                () -> get(web.key())
                        .orElseThrow()
                        .tree()
                        .path("status")
                        .toString()
                        .contains("exceeded quota"));
        assertEquals(2, list(BuiltInTypes.PODS, "shop").size());
    }
}
