package dev.troupe.actors.cluster;

import static dev.troupe.actors.cluster.TestCluster.CALLER;
import static dev.troupe.actors.cluster.TestCluster.await;
import static dev.troupe.actors.cluster.TestCluster.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What stands between a client and an entity: admission and quota, with the real kinds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdmissionAndQuotaTest {
    private TroupeCluster cluster;
    private ResourceApi api;

    @BeforeAll
    void start(@TempDir Path folder) {
        cluster = TroupeCluster.start(
                MemberSettings.alone(folder)
                        .with(com.typesafe.config.ConfigFactory.parseString(
                                "pekko.coordinated-shutdown.run-by-actor-system-terminate = off\n"
                                        + "pekko.cluster.jmx.enabled = off")),
                BuiltInKinds.registry(),
                InstantSource.system(),
                new RandomIdGenerator());
        await(cluster.ready());
        api = cluster.api();
        cluster.bootstrap("192.0.2.1", 6443);
    }

    @AfterAll
    void stop() {
        await(cluster.abort());
    }

    private CompletionStage<Outcome<WriteResult>> creating(ResourceType type, String namespace, String json) {
        return api.create(CALLER, type, namespace, Json.parseObject(json), WriteOptions.internal());
    }

    private void namespace(String name) {
        await(creating(BuiltInTypes.NAMESPACES, "", "{\"metadata\":{\"name\":\"" + name + "\"}}"))
                .orThrow();
    }

    private void quota(String namespace, String hard) {
        await(creating(
                        BuiltInTypes.RESOURCE_QUOTAS,
                        namespace,
                        "{\"metadata\":{\"name\":\"q\"},\"spec\":{\"hard\":" + hard + "}}"))
                .orThrow();
    }

    private CompletionStage<Outcome<WriteResult>> configMap(String namespace, String name) {
        return creating(BuiltInTypes.CONFIG_MAPS, namespace, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private void delete(ResourceType type, String namespace, String name) {
        await(api.delete(CALLER, type.key(namespace, name), DeleteOptions.defaults()))
                .orThrow();
    }

    @Test
    void refusesObjectsOfNamespacesThatAreNotThere() {
        assertEquals(
                "namespaces \"nowhere\" not found",
                failure(await(configMap("nowhere", "a"))).message());
    }

    @Test
    void seesANamespaceAsSoonAsItIsCreated() {
        for (int i = 0; i < 20; i++) {
            namespace("at-once-" + i);
            await(configMap("at-once-" + i, "a")).orThrow();
        }
    }

    @Test
    void keepsTheSystemsNamespaces() {
        Status status = failure(
                await(api.delete(CALLER, BuiltInTypes.NAMESPACES.key("", "default"), DeleteOptions.defaults())));

        assertEquals(403, status.code());
        assertEquals("namespaces \"default\" is forbidden: this namespace may not be deleted", status.message());
    }

    @Test
    void refusesNewObjectsInANamespaceThatIsGoing() {
        namespace("going");
        await(configMap("going", "a")).orThrow();
        delete(BuiltInTypes.NAMESPACES, "", "going");

        Status status = failure(await(configMap("going", "b")));

        assertEquals(403, status.code());
        assertTrue(status.message().contains("because it is being terminated"), status.message());
    }

    @Test
    void letsANodeWriteNoOtherNode() {
        await(creating(BuiltInTypes.NODES, "", "{\"metadata\":{\"name\":\"n1\"}}"))
                .orThrow();
        await(creating(BuiltInTypes.NODES, "", "{\"metadata\":{\"name\":\"n2\"}}"))
                .orThrow();
        Caller node = Caller.of(UserInfo.of("system:node:n1", "system:nodes", UserInfo.SYSTEM_AUTHENTICATED), "audit");
        ObjectNode patch = Json.parseObject("{\"status\":{\"phase\":\"Running\"}}");
        for (String name : List.of("n1", "n2")) {
            Outcome<WriteResult> outcome = await(api.patch(
                    node,
                    BuiltInTypes.NODES.key("", name),
                    "status",
                    new Patch.StrategicMergePatch(patch),
                    WriteOptions.internal()));
            assertEquals(name.equals("n1"), outcome instanceof Outcome.Success, outcome.toString());
        }
        assertEquals(
                "Running",
                await(api.get(CALLER, BuiltInTypes.NODES.key("", "n1"), new ReadVersion.Latest()))
                        .orThrow()
                        .tree()
                        .at("/status/phase")
                        .asText());
    }

    @Test
    void letsNoMorePastAQuotaThanFit() {
        namespace("tight");
        quota("tight", "{\"configmaps\":\"5\"}");
        List<CompletionStage<Outcome<WriteResult>>> creations = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            creations.add(configMap("tight", "c" + i));
        }
        int created = 0;
        for (int i = 0; i < 40; i++) {
            Outcome<WriteResult> outcome = await(creations.get(i));
            if (outcome instanceof Outcome.Failure<WriteResult> refused) {
                assertEquals(
                        "configmaps \"c" + i + "\" is forbidden: exceeded quota: q, requested: configmaps=1, used:"
                                + " configmaps=5, limited: configmaps=5",
                        refused.status().message());
            } else {
                created++;
            }
        }
        assertEquals(5, created);
    }

    @Test
    void letsAWriteInAsSoonAsAnotherObjectIsGone() {
        namespace("swap");
        quota("swap", "{\"configmaps\":\"1\"}");
        for (int i = 0; i < 10; i++) {
            await(configMap("swap", "c" + i)).orThrow();
            assertEquals(403, failure(await(configMap("swap", "other"))).code());
            delete(BuiltInTypes.CONFIG_MAPS, "swap", "c" + i);
        }
    }

    @Test
    void countsNoWriteThatFailed() {
        namespace("failing");
        quota("failing", "{\"configmaps\":\"2\"}");
        await(configMap("failing", "a")).orThrow();
        for (int i = 0; i < 5; i++) {
            assertEquals(
                    "AlreadyExists", failure(await(configMap("failing", "a"))).reason());
        }
        await(configMap("failing", "b")).orThrow();
    }

    @Test
    void countsWhatIsThereWhenAQuotaComes() {
        namespace("late");
        await(configMap("late", "a")).orThrow();
        await(configMap("late", "b")).orThrow();
        quota("late", "{\"configmaps\":\"2\",\"services.nodeports\":\"1\"}");
        assertEquals(403, failure(await(configMap("late", "c"))).code());
        String open = "{\"metadata\":{\"name\":\"NAME\"},\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80}]}}";
        await(creating(BuiltInTypes.SERVICES, "late", open.replace("NAME", "s1")))
                .orThrow();
        assertTrue(failure(await(creating(BuiltInTypes.SERVICES, "late", open.replace("NAME", "s2"))))
                .message()
                .contains("requested: services.nodeports=1, used: services.nodeports=1"));
        await(creating(
                        BuiltInTypes.SERVICES,
                        "late",
                        "{\"metadata\":{\"name\":\"s3\"},\"spec\":{\"ports\":[{\"port\":80}]}}"))
                .orThrow();
        Outcome<WriteResult> opened = await(api.patch(
                CALLER,
                BuiltInTypes.SERVICES.key("late", "s3"),
                "",
                new Patch.MergePatch(Json.parseObject("{\"spec\":{\"type\":\"NodePort\"}}")),
                WriteOptions.internal()));
        assertEquals(403, failure(opened).code());
    }

    @Test
    void saysWhatIsWrongBeforeWhatIsTooMuch() {
        namespace("wrong");
        quota("wrong", "{\"configmaps\":\"0\"}");

        assertEquals(422, failure(await(configMap("wrong", "Not_A_Name"))).code());
    }

    @Test
    void evictsAPodByDeletingIt() {
        namespace("evicting");
        await(creating(BuiltInTypes.SERVICE_ACCOUNTS, "evicting", "{\"metadata\":{\"name\":\"default\"}}"))
                .orThrow();
        await(creating(
                        BuiltInTypes.PODS,
                        "evicting",
                        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}"))
                .orThrow();

        await(api.createSubresource(
                        CALLER,
                        BuiltInTypes.PODS.key("evicting", "p"),
                        "eviction",
                        Json.parseObject(
                                "{\"metadata\":{\"name\":\"p\"},\"deleteOptions\":{\"gracePeriodSeconds\":0}}"),
                        WriteOptions.internal()))
                .orThrow();

        assertEquals(
                404,
                failure(await(api.get(CALLER, BuiltInTypes.PODS.key("evicting", "p"), new ReadVersion.Latest())))
                        .code());
        assertEquals(
                "name in URL does not match name in Eviction object",
                failure(await(api.createSubresource(
                                CALLER,
                                BuiltInTypes.PODS.key("evicting", "p"),
                                "eviction",
                                Json.parseObject("{\"metadata\":{\"name\":\"x\"}}"),
                                WriteOptions.internal())))
                        .message());
    }
}
