package dev.troupe.http.discovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.DocumentSource.Document;
import dev.troupe.http.DocumentSource.DocumentRequest;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiscoveryDocumentsTest {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=%s;as=APIGroupDiscoveryList";
    private static final String KUBECTL_ACCEPT =
            AGGREGATED.formatted("v2") + "," + AGGREGATED.formatted("v2beta1") + ",application/json";

    private final DiscoveryDocuments documents = new DiscoveryDocuments(
            ServedApi.of(
                    BareKinds.of(
                            BuiltInTypes.DEPLOYMENTS,
                            BuiltInTypes.NAMESPACES,
                            BuiltInTypes.PODS,
                            BuiltInTypes.CONFIG_MAPS,
                            BuiltInTypes.LEASES),
                    List.of(ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS)),
            () -> "10.1.2.3:6443");

    @Test
    void listsVersionsAndTheServersAddress() {
        assertEquals(Json.parseObject("""
                        {"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":
                        [{"clientCIDR":"0.0.0.0/0","serverAddress":"10.1.2.3:6443"}]}"""), json("/api", "application/json"));
    }

    @Test
    void listsGroupsInKubernetesOrder() {
        ObjectNode groups = json("/apis", "");
        assertEquals("APIGroupList", groups.get("kind").asText());
        assertEquals(
                List.of("apps", "authorization.k8s.io", "coordination.k8s.io"),
                groups.get("groups").findValuesAsText("name"));
        assertEquals(Json.parseObject("""
                        {"kind":"APIGroup","apiVersion":"v1","name":"apps",
                        "versions":[{"groupVersion":"apps/v1","version":"v1"}],
                        "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}"""), json("/apis/apps", ""));
    }

    @Test
    void listsResourcesAsKubernetesDoes() {
        ObjectNode core = json("/api/v1", "application/json, */*");
        assertFalse(core.has("apiVersion"));
        assertEquals("v1", core.get("groupVersion").asText());
        assertEquals(
                "configmaps namespaces namespaces/finalize namespaces/status pods pods/binding pods/eviction pods/exec"
                        + " pods/log pods/status",
                String.join(" ", core.get("resources").findValuesAsText("name")));
        assertEquals("""
                {"name":"configmaps","singularName":"configmap","namespaced":true,"kind":"ConfigMap",\
                "verbs":["create","delete","deletecollection","get","list","patch","update","watch"],\
                "shortNames":["cm"],"storageVersionHash":"qFsyl6wFWjQ="}""", resource(core, "configmaps").toString());
        assertEquals("""
                {"name":"pods/eviction","singularName":"","namespaced":true,"group":"policy","version":"v1",\
                "kind":"Eviction","verbs":["create"]}""", resource(core, "pods/eviction").toString());
        assertEquals("""
                {"name":"pods/exec","singularName":"","namespaced":true,"kind":"PodExecOptions",\
                "verbs":["create","get"]}""", resource(core, "pods/exec").toString());
        assertEquals("""
                ["create","delete","get","list","patch","update","watch"]""", resource(core, "namespaces").get("verbs").toString());
        ObjectNode apps = json("/apis/apps/v1", "");
        assertEquals("v1", apps.get("apiVersion").asText());
        assertEquals(
                "8aSe+NMegvE=",
                resource(apps, "deployments").get("storageVersionHash").asText());
        assertEquals("""
                {"name":"deployments/scale","singularName":"","namespaced":true,"group":"autoscaling","version":"v1",\
                "kind":"Scale","verbs":["get","patch","update"]}""", resource(apps, "deployments/scale").toString());
        assertEquals(
                """
                {"name":"selfsubjectaccessreviews","singularName":"selfsubjectaccessreview","namespaced":false,\
                "kind":"SelfSubjectAccessReview","verbs":["create"]}""",
                resource(json("/apis/authorization.k8s.io/v1", ""), "selfsubjectaccessreviews")
                        .toString());
    }

    @Test
    void answersAggregatedDiscoveryToClientsThatAcceptIt() {
        Document core = get("/api", KUBECTL_ACCEPT, "");
        assertEquals(AGGREGATED.formatted("v2"), core.contentType());
        ObjectNode list = Json.parseObject(core.body());
        assertEquals("apidiscovery.k8s.io/v2", list.get("apiVersion").asText());
        assertEquals(1, list.get("items").size());
        JsonNode version = list.at("/items/0/versions/0");
        assertEquals("Current", version.get("freshness").asText());
        assertEquals("""
                {"resource":"namespaces","responseKind":{"group":"","version":"","kind":"Namespace"},\
                "scope":"Cluster","singularResource":"namespace",\
                "verbs":["create","delete","get","list","patch","update","watch"],"shortNames":["ns"],\
                "subresources":[{"subresource":"finalize","responseKind":{"group":"","version":"",\
                "kind":"Namespace"},"verbs":["update"]},{"subresource":"status","responseKind":{"group":"",\
                "version":"","kind":"Namespace"},"verbs":["get","patch","update"]}]}""", version.get("resources").get(1).toString());
        ObjectNode groups = Json.parseObject(get("/apis", KUBECTL_ACCEPT, "").body());
        assertEquals(
                List.of("apps", "authorization.k8s.io", "coordination.k8s.io"),
                groups.get("items").findValues("metadata").stream()
                        .map(metadata -> metadata.get("name").asText())
                        .toList());
    }

    @Test
    void answersTheOlderAggregatedFormWhereOnlyThatIsAccepted() {
        Document old = get("/apis", AGGREGATED.formatted("v2beta1"), "");
        assertEquals(AGGREGATED.formatted("v2beta1"), old.contentType());
        assertEquals(
                "apidiscovery.k8s.io/v2beta1",
                Json.parseObject(old.body()).get("apiVersion").asText());
    }

    @Test
    void answersNotModifiedToItsOwnETag() {
        Document first = get("/apis", KUBECTL_ACCEPT, "");
        String etag = Optional.ofNullable(first.headers().get("ETag")).orElseThrow();
        assertTrue(etag.matches("\"[0-9A-F]{128}\""), etag);
        assertEquals("Accept", first.headers().get("Vary"));
        assertEquals("public", first.headers().get("Cache-Control"));
        Document second = get("/apis", KUBECTL_ACCEPT, etag);
        assertEquals(304, second.code());
        assertArrayEquals(new byte[0], second.body());
        assertEquals(200, get("/apis", KUBECTL_ACCEPT, "\"other\"").code());
        assertEquals(200, get("/api", KUBECTL_ACCEPT, etag).code());
    }

    @Test
    void refusesWhatItCannotWrite() {
        assertEquals(406, get("/apis", "application/cbor", "").code());
        assertEquals(
                406,
                get("/api/v1", "application/json;as=Table;v=v1;g=meta.k8s.io", "")
                        .code());
        assertEquals(
                200,
                get("/api/v1", "application/vnd.kubernetes.protobuf, */*", "").code());
    }

    @Test
    void knowsNoOtherPath() {
        for (String path : List.of("/", "/api/v2", "/apis/apps/v2", "/apis/nothing", "/openapi/v3", "/version")) {
            assertTrue(
                    documents.find(new DocumentRequest(path, Map.of(), "", "")).isEmpty(), path);
        }
    }

    @Test
    void prefersTheMostMatureVersionOfAGroup() {
        DiscoveryDocuments several = new DiscoveryDocuments(
                ServedApi.of(
                        BareKinds.of(
                                version("v1beta1", "as"),
                                version("v2", "bs"),
                                version("v1", "cs"),
                                version("v1beta2", "ds"),
                                version("v1alpha1", "es")),
                        List.of()),
                () -> "");
        JsonNode group = Json.parseObject(several.find(new DocumentRequest("/apis/g", Map.of(), "", ""))
                .orElseThrow()
                .body());
        assertEquals(
                List.of("v2", "v1", "v1beta2", "v1beta1", "v1alpha1"),
                group.get("versions").findValuesAsText("version"));
        assertEquals("g/v2", group.at("/preferredVersion/groupVersion").asText());
    }

    private static ResourceType version(String version, String plural) {
        return new ResourceType("g", version, plural, plural, "K", true, List.of(), List.of(), List.of());
    }

    private static JsonNode resource(ObjectNode list, String name) {
        for (JsonNode resource : list.get("resources")) {
            if (resource.get("name").asText().equals(name)) {
                return resource;
            }
        }
        throw new AssertionError("no " + name);
    }

    private ObjectNode json(String path, String accept) {
        Document document = get(path, accept, "");
        assertEquals(200, document.code());
        assertEquals("application/json", document.contentType());
        return Json.parseObject(document.body());
    }

    private Document get(String path, String accept, String ifNoneMatch) {
        return documents
                .find(new DocumentRequest(path, Map.of(), accept, ifNoneMatch))
                .orElseThrow();
    }
}
