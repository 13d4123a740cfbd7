package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.selector.FieldSelector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreLifecyclesTest {
    private static final String SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: ";

    private final KindFixture kinds = new KindFixture();

    @Test
    void aNamespaceTerminatesOnlyWhenItsFinalizerIsTakenOff() {
        kinds.create("{apiVersion: v1, kind: Namespace, metadata: {name: a}}");

        JsonNode deleting = KindFixture.object(kinds.delete(BuiltInTypes.NAMESPACES, "a"));
        assertEquals("Terminating", Json.text(deleting, "status", "phase"));
        assertTrue(deleting.path("metadata").has("deletionTimestamp"));

        kinds.update("{apiVersion: v1, kind: Namespace, metadata: {name: a}, spec: {}}", "finalize");
        assertFalse(kinds.exists(BuiltInTypes.NAMESPACES, "a"));
    }

    @Test
    void aNamespaceCarriesItsNameAsALabelThatCannotBeTakenOff() {
        kinds.create("{apiVersion: v1, kind: Namespace, metadata: {name: a}}");
        JsonNode updated = KindFixture.object(
                kinds.update("{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {b: c}}}", ""));
        assertEquals(
                KindFixture.yaml("{b: c, kubernetes.io/metadata.name: a}"),
                updated.path("metadata").path("labels"));
        assertEquals(KindFixture.yaml("{finalizers: [kubernetes]}"), updated.path("spec"));
    }

    @Test
    void aServiceKeepsWhatWasAllocatedThoughAClientLeavesItOut() {
        kinds.create(SERVICE + "{type: NodePort, clusterIP: 10.96.0.9, ports: [{port: 80, nodePort: 30001}]}}");
        JsonNode updated = KindFixture.object(kinds.update(SERVICE + "{type: NodePort, ports: [{port: 81}]}}", ""));
        assertEquals("10.96.0.9", Json.text(updated, "spec", "clusterIP"));
        assertEquals("[\"10.96.0.9\"]", updated.path("spec").path("clusterIPs").toString());
        assertEquals(30001, updated.at("/spec/ports/0/nodePort").asInt());
    }

    @Test
    void aServiceThatBecomesAClusterIpLetsGoOfItsNodePorts() {
        kinds.create(SERVICE + "{type: NodePort, clusterIP: 10.96.0.9, ports: [{port: 80, nodePort: 30001}]}}");
        JsonNode updated = KindFixture.object(kinds.patch(BuiltInTypes.SERVICES, "x", "", "{spec: {type: ClusterIP}}"));
        assertTrue(updated.at("/spec/ports/0/nodePort").isMissingNode());
        assertFalse(updated.path("spec").has("externalTrafficPolicy"));
        assertEquals("10.96.0.9", Json.text(updated, "spec", "clusterIP"));
    }

    @Test
    void aServiceThatBecomesAnExternalNameLetsGoOfItsAddress() {
        kinds.create(SERVICE + "{clusterIP: 10.96.0.9, ports: [{port: 80}]}}");
        JsonNode updated = KindFixture.object(
                kinds.patch(BuiltInTypes.SERVICES, "x", "", "{spec: {type: ExternalName, externalName: example.com}}"));
        for (String field : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            assertFalse(updated.path("spec").has(field), field);
        }
    }

    @Test
    void allocationSaysWhatAServiceNeedsAndWritesItIn() {
        ObjectNode service = KindFixture.yaml(
                SERVICE + "{type: NodePort, ports: [{port: 80}, {port: 53, protocol: UDP, nodePort: 30053}]}}");
        assertTrue(Services.needsClusterIp(service));
        List<ServiceAllocation.NodePortClaim> claims = ServiceAllocation.nodePorts(service);
        assertEquals("[]", claims.stream().filter(c -> c.index() > 1).toList().toString());
        assertEquals(30053, claims.get(1).requested().orElseThrow());

        ServiceAllocation.assignClusterIp(service, "10.96.0.7");
        ServiceAllocation.assignNodePort(service, claims.get(0), 30007);
        assertEquals("10.96.0.7", Json.text(service, "spec", "clusterIP"));
        assertEquals(30007, service.at("/spec/ports/0/nodePort").asInt());
        assertEquals(
                "Service \"x\" is invalid: spec.ports[1].nodePort: Invalid value: 30053: provided port is already"
                        + " allocated",
                ServiceAllocation.nodePortTaken(service, claims.get(1), 30053).message());
    }

    @Test
    void aSigningRequestIsDecidedOnlyThroughItsApproval() {
        String request = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";
        String manifest = "{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: x},"
                + " spec: {request: " + request + ", signerName: kubernetes.io/kube-apiserver-client,"
                + " usages: [client auth]}, status: {%s}}";
        kinds.create(manifest.formatted(""));
        String approved = "conditions: [{type: Approved, status: 'True'}]";

        assertEquals(
                "{}",
                KindFixture.object(kinds.update(manifest.formatted(approved), "status"))
                        .path("status")
                        .toString());
        JsonNode decided = KindFixture.object(kinds.update(manifest.formatted(approved), "approval"));
        assertEquals("Approved", decided.at("/status/conditions/0/type").asText());
        JsonNode issued = KindFixture.object(kinds.update(manifest.formatted("certificate: eA=="), "status"));
        assertEquals("eA==", Json.text(issued, "status", "certificate"));
        assertEquals("Approved", issued.at("/status/conditions/0/type").asText());
    }

    @Test
    void changesBearDomainNames() {
        JsonNode none = Json.object().path("absent");
        ObjectNode ready = KindFixture.yaml("{status: {conditions: [{type: Ready, status: 'True'}]}}");
        ObjectNode lost = KindFixture.yaml("{status: {conditions: [{type: Ready, status: Unknown}]}}");
        ObjectNode cordoned = KindFixture.yaml("{spec: {unschedulable: true}}");
        var node = kinds.strategy(BuiltInTypes.NODES);
        assertEquals("NodeRegistered", node.eventName("create", "", none, ready));
        assertEquals("NodeHeartbeatMissed", node.eventName("update", "status", ready, lost));
        assertEquals("NodeStatusReported", node.eventName("update", "status", lost, ready));
        assertEquals("NodeCordoned", node.eventName("patch", "", KindFixture.yaml("{}"), cordoned));
        assertEquals(
                "NamespaceTerminated",
                kinds.strategy(BuiltInTypes.NAMESPACES).eventName("update", "finalize", ready, none));
        assertEquals("ServiceCreated", kinds.strategy(BuiltInTypes.SERVICES).eventName("create", "", none, ready));
        assertEquals("LeaseRenewed", kinds.strategy(BuiltInTypes.LEASES).eventName("update", "", ready, ready));
    }

    @Test
    void fieldSelectorsNameOnlyWhatAKindOffers() {
        Map<String, String> answers = Map.of(
                "spec.foo=x", "field label not supported: spec.foo",
                "metadata.namespace=a,spec.type=NodePort", "spec.type accepted");
        answers.forEach((text, expected) -> {
            var outcome = FieldSelector.parse(text).orThrow().supportedBy(kinds.strategy(BuiltInTypes.SERVICES));
            assertEquals(
                    expected,
                    switch (outcome) {
                        case dev.troupe.model.api.Outcome.Failure<FieldSelector> failure ->
                            failure.status().message();
                        case dev.troupe.model.api.Outcome.Success<FieldSelector> success -> "spec.type accepted";
                    });
        });
        var configMaps = FieldSelector.equal("spec.x", "y").supportedBy(kinds.strategy(BuiltInTypes.CONFIG_MAPS));
        assertTrue(configMaps instanceof dev.troupe.model.api.Outcome.Failure<FieldSelector> failure
                && failure.status()
                        .message()
                        .equals("\"spec.x\" is not a known field selector: only \"metadata.name\","
                                + " \"metadata.namespace\""));
    }
}
