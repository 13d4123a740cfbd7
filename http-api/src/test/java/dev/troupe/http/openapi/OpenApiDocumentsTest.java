package dev.troupe.http.openapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.http.DocumentSource.Document;
import dev.troupe.http.DocumentSource.DocumentRequest;
import dev.troupe.http.discovery.BareKinds;
import dev.troupe.http.discovery.ReviewTypes;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.model.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenApiDocumentsTest {
    private static final ServedApi API =
            ServedApi.of(BareKinds.common(), List.of(ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS));
    private final OpenApiDocuments documents =
            new OpenApiDocuments(API, "v1.32.0", InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));

    @Test
    void listsOneDocumentAGroupVersion() {
        JsonNode paths =
                json(get("/openapi/v3", Map.of(), "application/json, */*", "")).get("paths");
        assertTrue(paths.has("api/v1"));
        assertTrue(paths.has("apis/apps/v1"));
        String url = paths.at("/apis~1apps~1v1/serverRelativeURL").asText();
        assertTrue(url.matches("/openapi/v3/apis/apps/v1\\?hash=[0-9A-F]{128}"), url);
    }

    @Test
    void letsADocumentOfAKnownHashBeKeptForAYear() {
        String hash = hash("apis/apps/v1");
        Document document =
                get("/openapi/v3/apis/apps/v1", Map.of("hash", hash, "timeout", "32s"), "application/json", "");
        assertEquals(200, document.code());
        assertEquals("public, immutable", document.headers().get("Cache-Control"));
        assertEquals("Sat, 2 Jan 2027 03:04:05 GMT", document.headers().get("Expires"));
        assertEquals("\"" + hash + "\"", document.headers().get("ETag"));
        assertEquals("Accept", document.headers().get("Vary"));
    }

    @Test
    void redirectsFromAnOldHash() {
        Document document = get("/openapi/v3/apis/apps/v1", Map.of("hash", "OLD"), "", "");
        assertEquals(301, document.code());
        assertEquals(
                "/openapi/v3/apis/apps/v1?hash=" + hash("apis/apps/v1"),
                document.headers().get("Location"));
    }

    @Test
    void answersNotModifiedToItsOwnETag() {
        for (String path : List.of("/openapi/v3", "/openapi/v3/api/v1", "/openapi/v2")) {
            Document first = get(path, Map.of(), "", "");
            assertFalse(first.headers().containsKey("Cache-Control"), path);
            Document second = get(path, Map.of(), "", first.headers().getOrDefault("ETag", ""));
            assertEquals(304, second.code(), path);
            assertArrayEquals(new byte[0], second.body());
        }
    }

    @Test
    void givesTheSameBytesEveryTime() {
        OpenApiDocuments other = new OpenApiDocuments(API, "v1.32.0", InstantSource.system());
        DocumentRequest request = new DocumentRequest("/openapi/v3/api/v1", Map.of(), "", "");
        assertArrayEquals(
                documents.find(request).orElseThrow().body(),
                other.find(request).orElseThrow().body());
    }

    @Test
    void tellsKubectlHowToPatchAndValidate() {
        JsonNode document = json(get("/openapi/v3/apis/apps/v1", Map.of(), "", ""));
        JsonNode patch = document.at("/paths/~1apis~1apps~1v1~1namespaces~1{namespace}~1deployments~1{name}/patch");
        assertEquals("patch", patch.get("x-kubernetes-action").asText());
        assertEquals(
                "{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}",
                patch.get("x-kubernetes-group-version-kind").toString());
        assertTrue(patch.at("/requestBody/content").has("application/strategic-merge-patch+json"));
        List<String> parameters = patch.get("parameters").findValuesAsText("name");
        assertEquals(List.of("dryRun", "fieldManager", "fieldValidation"), parameters);
        assertEquals("patchAppsV1NamespacedDeployment", patch.get("operationId").asText());
        JsonNode schema = document.at("/components/schemas/io.k8s.api.apps.v1.Deployment");
        assertEquals(
                "[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]",
                schema.get("x-kubernetes-group-version-kind").toString());
        JsonNode containers = document.at("/components/schemas/io.k8s.api.core.v1.PodSpec/properties/containers");
        assertEquals("name", containers.get("x-kubernetes-patch-merge-key").asText());
        assertEquals("merge", containers.get("x-kubernetes-patch-strategy").asText());
        assertEquals("[\"name\"]", containers.get("x-kubernetes-list-map-keys").toString());
        assertEquals(
                "#/components/schemas/io.k8s.api.core.v1.Container",
                containers.at("/items/$ref").asText());
    }

    @Test
    void referencesOnlyWhatItHolds() {
        for (ServedApi.Group group : API.groups()) {
            for (ServedApi.Version version : group.versions()) {
                String name = (group.name().isEmpty() ? "api/" : "apis/") + version.groupVersion();
                JsonNode document = json(get("/openapi/v3/" + name, Map.of(), "", ""));
                assertClosed(document, document.at("/components/schemas"), "#/components/schemas/");
            }
        }
        JsonNode old = json(get("/openapi/v2", Map.of(), "application/json", ""));
        assertClosed(old, old.get("definitions"), "#/definitions/");
    }

    private static void assertClosed(JsonNode document, JsonNode definitions, String prefix) {
        Set<String> missing = new HashSet<>();
        Deque<JsonNode> pending = new ArrayDeque<>(List.of(document));
        while (!pending.isEmpty()) {
            JsonNode node = pending.pop();
            node.forEach(pending::push);
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                assertFalse(field.getKey().startsWith("x-troupe"), () -> "leaks " + field);
                if (field.getKey().equals("$ref")) {
                    String target = field.getValue().asText().substring(prefix.length());
                    if (!definitions.has(target)) {
                        missing.add(target);
                    }
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    @Test
    void writesTheOldDocumentInBothForms() {
        Document json = get("/openapi/v2", Map.of(), "application/json", "");
        assertEquals("application/json", json.contentType());
        assertEquals("2.0", json(json).get("swagger").asText());
        Document protobuf =
                get("/openapi/v2", Map.of(), "application/com.github.proto-openapi.spec.v2@v1.0+protobuf", "");
        assertEquals("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", protobuf.contentType());
        String start = new String(protobuf.body(), 0, 5, StandardCharsets.ISO_8859_1);
        assertEquals("\n\u00032.0", start);
    }

    @Test
    void refusesFormsThatItCannotWrite() {
        assertEquals(406, get("/openapi/v3", Map.of(), "application/xml", "").code());
        assertEquals(
                406,
                get("/openapi/v3/api/v1", Map.of(), "application/com.github.proto-openapi.spec.v3@v1.0+protobuf", "")
                        .code());
        assertEquals(406, get("/openapi/v2", Map.of(), "text/html", "").code());
        assertEquals(Optional.empty(), documents.find(new DocumentRequest("/openapi/v3/apis/x", Map.of(), "", "")));
        assertEquals(Optional.empty(), documents.find(new DocumentRequest("/openapi", Map.of(), "", "")));
    }

    private String hash(String name) {
        String url = json(get("/openapi/v3", Map.of(), "", ""))
                .path("paths")
                .path(name)
                .path("serverRelativeURL")
                .asText();
        return url.substring(url.indexOf('=') + 1);
    }

    private static JsonNode json(Document document) {
        assertEquals(200, document.code());
        return Json.parseObject(document.body());
    }

    private Document get(String path, Map<String, String> query, String accept, String ifNoneMatch) {
        return documents
                .find(new DocumentRequest(path, query, accept, ifNoneMatch))
                .orElseThrow();
    }
}
