package dev.troupe.model.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.admission.AdmissionRequest.Operation;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class AdmissionTest {
    private static final Caller ADMIN = Caller.of(UserInfo.of("admin", UserInfo.SYSTEM_MASTERS), "a");
    private static final Caller NODE = Caller.of(UserInfo.of("system:node:n1", "system:nodes"), "a");

    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final Admission admission = Admission.builtIn();

    private final ObjectLookup view = key -> Optional.ofNullable(objects.get(key));

    @BeforeEach
    void givenANamespaceWithItsAccount() {
        given(BuiltInTypes.NAMESPACES, "{metadata: {name: n}, status: {phase: Active}}");
        given(BuiltInTypes.NAMESPACES, "{metadata: {name: tn}, status: {phase: Terminating}}");
        given(BuiltInTypes.NAMESPACES, "{metadata: {name: kube-node-lease}}");
        given(
                BuiltInTypes.SERVICE_ACCOUNTS,
                "{metadata: {namespace: n, name: default}, imagePullSecrets: [{name: pull}]}");
    }

    private static ObjectNode yaml(String text) {
        return Json.mapper().valueToTree(new Yaml().load(text));
    }

    private void given(ResourceType type, String text) {
        ObjectNode object = yaml(text);
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        Json.objectAt(object, "metadata").put("uid", "u").put("creationTimestamp", "2026-01-01T00:00:00Z");
        StoredObject stored = StoredObject.versioned(
                StoredObject.encodeUnversioned(object),
                1,
                BuiltInKinds.registry().get(type.groupResource()));
        objects.put(stored.key(), stored);
    }

    private String message(AdmissionRequest request) {
        return admission.admit(request, view).map(Status::message).orElse("admitted");
    }

    private static AdmissionRequest create(Caller caller, ResourceType type, String namespace, String text) {
        ObjectNode object = yaml(text);
        return AdmissionRequest.create(
                type, type.key(namespace, Json.text(object, "metadata", "name")), object, caller);
    }

    private static AdmissionRequest update(Caller caller, ResourceType type, String text, String old) {
        ObjectNode object = yaml(text);
        ObjectKey key = type.key(Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
        return new AdmissionRequest(Operation.UPDATE, type, key, "", Optional.of(object), yaml(old), caller);
    }

    @Test
    void namesTheBuiltInPluginsInKubernetesOrder() {
        assertEquals(
                List.of("NamespaceLifecycle", "ServiceAccount", "NodeRestriction", "Priority", "CertificateRequester"),
                admission.plugins().stream().map(AdmissionPlugin::name).toList());
    }

    @Test
    void refusesCreateInAMissingNamespace() {
        AdmissionRequest request = create(ADMIN, BuiltInTypes.CONFIG_MAPS, "nope-ns", "{metadata: {name: x}}");
        assertEquals("namespaces \"nope-ns\" not found", message(request));
        assertEquals(404, admission.admit(request, view).orElseThrow().code());
    }

    @Test
    void refusesCreateInATerminatingNamespaceWithItsCause() {
        AdmissionRequest request = create(ADMIN, BuiltInTypes.CONFIG_MAPS, "tn", "{metadata: {name: y}}");
        Status status = admission.admit(request, view).orElseThrow();
        assertEquals(
                "configmaps \"y\" is forbidden: unable to create new content in namespace tn because it is being"
                        + " terminated",
                status.message());
        assertEquals(
                new Status.Cause("NamespaceTerminating", "namespace tn is being terminated", "metadata.namespace"),
                status.details().orElseThrow().causes().get(0));
    }

    @Test
    void letsPassWhatBreaksNoRule() {
        assertEquals("admitted", message(create(ADMIN, BuiltInTypes.CONFIG_MAPS, "n", "{metadata: {name: y}}")));
        assertEquals("admitted", message(create(ADMIN, BuiltInTypes.NAMESPACES, "", "{metadata: {name: new}}")));
        assertEquals("admitted", message(create(ADMIN, BuiltInTypes.NODES, "", "{metadata: {name: n9}}")));
    }

    @Test
    void refusesToDeleteTheSystemsNamespaces() {
        JsonNode old = yaml("{}");
        for (String name : NamespaceLifecycle.PROTECTED) {
            assertEquals(
                    "namespaces \"" + name + "\" is forbidden: this namespace may not be deleted",
                    message(AdmissionRequest.delete(
                            BuiltInTypes.NAMESPACES, BuiltInTypes.NAMESPACES.key("", name), old, ADMIN)));
        }
        assertEquals(
                "admitted",
                message(AdmissionRequest.delete(
                        BuiltInTypes.NAMESPACES, BuiltInTypes.NAMESPACES.key("", "n"), old, ADMIN)));
    }

    @Test
    void aPodNeedsAnAccountThatExists() {
        assertEquals(
                "pods \"sam\" is forbidden: error looking up service account n/nope: serviceaccount \"nope\" not found",
                message(create(
                        ADMIN, BuiltInTypes.PODS, "n", "{metadata: {name: sam}, spec: {serviceAccountName: nope}}")));
    }

    @Test
    void aPodPullsWithItsAccountsSecretsUnlessItHasItsOwn() {
        AdmissionRequest bare = create(ADMIN, BuiltInTypes.PODS, "n", "{metadata: {name: p}, spec: {}}");
        assertEquals("admitted", message(bare));
        assertEquals(yaml("{imagePullSecrets: [{name: pull}]}"), bare.sent().path("spec"));

        AdmissionRequest own =
                create(ADMIN, BuiltInTypes.PODS, "n", "{metadata: {name: p}, spec: {imagePullSecrets: [{name: own}]}}");
        assertEquals("admitted", message(own));
        assertEquals(yaml("{imagePullSecrets: [{name: own}]}"), own.sent().path("spec"));
    }

    @Test
    void aPodsPriorityComesFromAClassThatExists() {
        assertEquals(
                "pods \"pc\" is forbidden: no PriorityClass with name nope was found",
                message(create(
                        ADMIN, BuiltInTypes.PODS, "n", "{metadata: {name: pc}, spec: {priorityClassName: nope}}")));
        assertEquals(
                "pods \"pc\" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority"
                        + " admission controller computed 0 from the given PriorityClass name",
                message(create(ADMIN, BuiltInTypes.PODS, "n", "{metadata: {name: pc}, spec: {priority: 7}}")));
        assertEquals(
                "admitted",
                message(create(
                        ADMIN,
                        BuiltInTypes.PODS,
                        "n",
                        "{metadata: {name: pc}, spec: {priorityClassName: system-node-critical}}")));
    }

    @Test
    void aNodeWritesNoOtherNodeAndNoTaintsOrRestrictedLabels() {
        assertEquals(
                "nodes \"n2\" is forbidden: node \"n1\" is not allowed to modify node \"n2\"",
                message(create(NODE, BuiltInTypes.NODES, "", "{metadata: {name: n2}}")));
        assertEquals(
                "nodes \"n1\" is forbidden: node \"n1\" is not allowed to set the following labels:"
                        + " node-restriction.kubernetes.io/a, node-role.kubernetes.io/control-plane",
                message(create(
                        NODE,
                        BuiltInTypes.NODES,
                        "",
                        "{metadata: {name: n1, labels: {node-restriction.kubernetes.io/a: b,"
                                + " node-role.kubernetes.io/control-plane: '', kubernetes.io/os: linux, own: x}}}")));
        assertEquals(
                "nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify taints",
                message(update(
                        NODE,
                        BuiltInTypes.NODES,
                        "{metadata: {name: n1}}",
                        "{metadata: {name: n1}, spec: {taints: [{key: a, effect: NoExecute}]}}")));
        assertEquals(
                "nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify ownerReferences",
                message(update(
                        NODE,
                        BuiltInTypes.NODES,
                        "{metadata: {name: n1, ownerReferences: [{kind: Pod, name: p}]}}",
                        "{metadata: {name: n1}}")));
        assertEquals(
                "admitted",
                message(update(
                        NODE,
                        BuiltInTypes.NODES,
                        "{metadata: {name: n1, labels: {a: b}}, spec: {unschedulable: true}}",
                        "{metadata: {name: n1}}")));
    }

    @Test
    void aNodeReportsOnlyItsOwnPods() {
        given(BuiltInTypes.PODS, "{metadata: {namespace: n, name: mine}, spec: {nodeName: n1}}");
        given(BuiltInTypes.PODS, "{metadata: {namespace: n, name: other}, spec: {nodeName: n2}}");
        assertEquals("admitted", message(podStatus("mine", "")));
        assertEquals(
                "pods \"other\" is forbidden: node \"n1\" can only update pod status for pods with spec.nodeName set to"
                        + " itself",
                message(podStatus("other", "")));
        assertEquals(
                "pods \"mine\" is forbidden: node \"n1\" cannot update labels through pod status",
                message(podStatus("mine", "a: b")));
        assertEquals(
                "pods \"other\" is forbidden: node \"n1\" can only delete pods with spec.nodeName set to itself",
                message(AdmissionRequest.delete(
                        BuiltInTypes.PODS,
                        BuiltInTypes.PODS.key("n", "other"),
                        Json.object().path("absent"),
                        NODE)));
        assertEquals(
                "pods \"mine\" is forbidden: unexpected pod subresource \"binding\", only 'status' and 'eviction' are"
                        + " allowed",
                message(create(NODE, BuiltInTypes.PODS, "n", "{metadata: {name: mine}}")
                        .on("binding")));
    }

    private static AdmissionRequest podStatus(String name, String labels) {
        ObjectNode object = yaml("{metadata: {namespace: n, name: " + name + ", labels: {" + labels + "}}}");
        return new AdmissionRequest(
                Operation.UPDATE,
                BuiltInTypes.PODS,
                BuiltInTypes.PODS.key("n", name),
                "status",
                Optional.of(object),
                Json.object().path("absent"),
                NODE);
    }

    @Test
    void aNodeMakesOnlyMirrorPodsOfItsOwn() {
        given(BuiltInTypes.SERVICE_ACCOUNTS, "{metadata: {namespace: n, name: x}}");
        assertEquals(
                "pods \"p\" is forbidden: pod does not have \"kubernetes.io/config.mirror\" annotation, node \"n1\" can"
                        + " only create mirror pods",
                message(create(NODE, BuiltInTypes.PODS, "n", "{metadata: {name: p}, spec: {nodeName: n1}}")));
        assertEquals(
                "admitted",
                message(create(
                        NODE,
                        BuiltInTypes.PODS,
                        "n",
                        "{metadata: {name: p, annotations: {kubernetes.io/config.mirror: h},"
                                + " ownerReferences: [{kind: Node, name: n1}]}, spec: {nodeName: n1}}")));
    }

    @Test
    void aNodeRenewsOnlyItsOwnLease() {
        assertEquals(
                "admitted", message(create(NODE, BuiltInTypes.LEASES, "kube-node-lease", "{metadata: {name: n1}}")));
        assertEquals(
                "leases.coordination.k8s.io \"n2\" is forbidden: can only access node lease with the same name as the"
                        + " requesting node",
                message(create(NODE, BuiltInTypes.LEASES, "kube-node-lease", "{metadata: {name: n2}}")));
        assertEquals(
                "leases.coordination.k8s.io \"n1\" is forbidden: can only access leases in the \"kube-node-lease\""
                        + " system namespace",
                message(create(NODE, BuiltInTypes.LEASES, "n", "{metadata: {name: n1}}")));
    }

    @Test
    void aSigningRequestSaysWhoMadeIt() {
        AdmissionRequest request = create(
                NODE,
                BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS,
                "",
                "{metadata: {name: c}, spec: {username: root, uid: '0', groups: [system:masters]}}");
        assertEquals("admitted", message(request));
        assertEquals(
                yaml("{username: 'system:node:n1', groups: ['system:nodes']}"),
                request.sent().path("spec"));
    }
}
