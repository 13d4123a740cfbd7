package dev.troupe.actors.cluster;

import static dev.troupe.actors.cluster.TestCluster.CALLER;
import static dev.troupe.actors.cluster.TestCluster.await;
import static dev.troupe.actors.cluster.TestCluster.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Addresses and node ports of real services: given out once, taken back when unused. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServiceAllocationTest {
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
        assertEquals(List.of(), cluster.bootstrap("192.0.2.1", 6443));
    }

    @AfterAll
    void stop() {
        await(cluster.abort());
    }

    private static ObjectNode service(String name, String spec) {
        return Json.parseObject("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":" + spec + "}");
    }

    private CompletionStage<Outcome<WriteResult>> creating(String name, String spec) {
        return api.create(CALLER, BuiltInTypes.SERVICES, "default", service(name, spec), WriteOptions.internal());
    }

    private StoredObject create(String name, String spec) {
        return await(creating(name, spec)).orThrow().object();
    }

    private StoredObject patch(String name, String patch) {
        return await(api.patch(
                        CALLER,
                        BuiltInTypes.SERVICES.key("default", name),
                        "",
                        new Patch.MergePatch(Json.parseObject(patch)),
                        WriteOptions.internal()))
                .orThrow()
                .object();
    }

    private void delete(String name) {
        await(api.delete(CALLER, BuiltInTypes.SERVICES.key("default", name), DeleteOptions.defaults()))
                .orThrow();
    }

    private static String ip(StoredObject service) {
        return service.tree().at("/spec/clusterIP").asText();
    }

    private static int nodePort(StoredObject service) {
        return service.tree().at("/spec/ports/0/nodePort").asInt();
    }

    private Set<String> reservedAddresses() {
        Set<String> names = new HashSet<>();
        await(api.list(CALLER, ListRequest.all(BuiltInTypes.IP_ADDRESSES)))
                .orThrow()
                .items()
                .forEach(address -> names.add(address.meta().name()));
        return names;
    }

    @Test
    void makesTheClusterOnceAndItsAddressAgain() {
        StoredObject kubernetes = await(
                        api.get(CALLER, BuiltInTypes.SERVICES.key("default", "kubernetes"), new ReadVersion.Latest()))
                .orThrow();
        assertEquals("10.96.0.1", ip(kubernetes));
        assertEquals(443, kubernetes.tree().at("/spec/ports/0/port").asInt());
        assertTrue(reservedAddresses().contains("10.96.0.1"));

        assertEquals(List.of(), cluster.bootstrap("192.0.2.1", 6443));
        StoredObject again = await(api.get(CALLER, kubernetes.key(), new ReadVersion.Latest()))
                .orThrow();
        assertEquals(kubernetes.resourceVersion(), again.resourceVersion());

        assertEquals(List.of(), cluster.bootstrap("192.0.2.7", 7443));
        StoredObject slice = await(api.get(
                        CALLER, BuiltInTypes.ENDPOINT_SLICES.key("default", "kubernetes"), new ReadVersion.Latest()))
                .orThrow();
        assertEquals("192.0.2.7", slice.tree().at("/endpoints/0/addresses/0").asText());
        for (String namespace : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            await(api.get(CALLER, BuiltInTypes.NAMESPACES.key("", namespace), new ReadVersion.Latest()))
                    .orThrow();
        }
    }

    @Test
    void givesEveryServiceAnAddressOfItsOwn() {
        List<CompletionStage<Outcome<WriteResult>>> creations = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            creations.add(creating("many" + i, "{\"type\":\"NodePort\",\"ports\":[{\"port\":80}]}"));
        }
        Set<String> addresses = new HashSet<>();
        Set<Integer> ports = new HashSet<>();
        for (var creation : creations) {
            StoredObject service = await(creation).orThrow().object();
            assertTrue(ip(service).startsWith("10.96."));
            assertTrue(addresses.add(ip(service)));
            assertTrue(nodePort(service) >= 30_000 && nodePort(service) <= 32_767);
            assertTrue(ports.add(nodePort(service)));
        }
        assertTrue(reservedAddresses().containsAll(addresses));
        for (int i = 0; i < 40; i++) {
            delete("many" + i);
        }
        Set<String> left = reservedAddresses();
        assertTrue(addresses.stream().noneMatch(left::contains));
    }

    @Test
    void refusesWhatAnotherServiceHas() {
        create(
                "first",
                "{\"type\":\"NodePort\",\"clusterIP\":\"10.96.7.7\",\"ports\":[{\"port\":80,\"nodePort\":30080}]}");

        assertEquals(
                "Service \"s3\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already"
                        + " allocated",
                failure(await(creating("s3", "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30080}]}")))
                        .message());
        assertEquals(
                "Service \"s4\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid"
                        + " range. The range of valid ports is 30000-32767",
                failure(await(creating("s4", "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":80}]}")))
                        .message());
        assertEquals(
                "Service \"s5\" is invalid: spec.clusterIPs: Invalid value: []string{\"10.96.7.7\"}: failed to allocate"
                        + " IP 10.96.7.7: provided IP is already allocated",
                failure(await(creating("s5", "{\"clusterIP\":\"10.96.7.7\",\"ports\":[{\"port\":80}]}")))
                        .message());
        assertTrue(failure(await(creating("s6", "{\"clusterIP\":\"10.97.7.7\",\"ports\":[{\"port\":80}]}")))
                .message()
                .endsWith("The range of valid IPs is 10.96.0.0/16"));

        delete("first");
        StoredObject next = create(
                "next",
                "{\"type\":\"NodePort\",\"clusterIP\":\"10.96.7.7\",\"ports\":[{\"port\":80,\"nodePort\":30080}]}");
        assertEquals("10.96.7.7", ip(next));
        delete("next");
    }

    @Test
    void reservesAndReleasesAsTheTypeChanges() {
        StoredObject plain = create("changing", "{\"ports\":[{\"port\":80}]}");
        assertEquals(0, nodePort(plain));

        StoredObject opened = patch("changing", "{\"spec\":{\"type\":\"NodePort\"}}");
        int port = nodePort(opened);
        assertTrue(port >= 30_000);
        assertEquals(ip(plain), ip(opened));

        StoredObject labelled = patch("changing", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertEquals(port, nodePort(labelled));

        patch("changing", "{\"spec\":{\"type\":\"ClusterIP\",\"ports\":[{\"port\":80,\"nodePort\":null}]}}");
        StoredObject other =
                create("other", "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":" + port + "}]}");
        assertEquals(port, nodePort(other));
        delete("other");
        delete("changing");
    }

    @Test
    void givesHeadlessAndExternalServicesNothing() {
        Set<String> before = reservedAddresses();
        assertEquals("None", ip(create("headless", "{\"clusterIP\":\"None\",\"ports\":[{\"port\":80}]}")));
        assertEquals("", ip(create("external", "{\"type\":\"ExternalName\",\"externalName\":\"example.org\"}")));
        assertEquals(before, reservedAddresses());
        delete("headless");
        delete("external");
    }

    @Test
    void keepsNothingOfARefusedService() {
        Set<String> before = reservedAddresses();
        create(
                "holder",
                "{\"type\":\"NodePort\",\"clusterIP\":\"10.96.9.9\",\"ports\":[{\"port\":80,\"nodePort\":31999}]}");
        failure(await(creating(
                "refused",
                "{\"type\":\"NodePort\",\"clusterIP\":\"10.96.9.10\",\"ports\":[{\"port\":80,\"nodePort\":31999}]}")));
        delete("holder");
        assertEquals(before, reservedAddresses());
    }
}
