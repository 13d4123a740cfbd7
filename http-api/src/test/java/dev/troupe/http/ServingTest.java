package dev.troupe.http;

import static dev.troupe.http.RunningApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.BuiltInTypes;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServingTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static RunningApiServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningApiServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> create(String name) {
        return server.send(
                "POST",
                CONFIG_MAPS,
                "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"of\":\"" + name
                        + "\"}},\"data\":{\"a\":\"1\"}}",
                "Content-Type",
                "application/json");
    }

    @Test
    void createsReadsAndDeletesAnObject() {
        HttpResponse<String> created = create("round-trip");
        assertEquals(201, created.statusCode(), created.body());
        assertEquals(
                "application/json", created.headers().firstValue("content-type").orElse(""));
        assertTrue(created.headers().firstValue("audit-id").isPresent());
        assertEquals("ConfigMap", json(created).path("kind").asText());

        HttpResponse<String> read = server.get(CONFIG_MAPS + "/round-trip");
        assertEquals(200, read.statusCode());
        assertEquals(created.body(), read.body());
        assertEquals(
                "no-cache, private", read.headers().firstValue("cache-control").orElse(""));

        HttpResponse<String> deleted = server.send("DELETE", CONFIG_MAPS + "/round-trip", "");
        assertEquals(200, deleted.statusCode());
        JsonNode details = json(deleted).path("details");
        assertEquals("Success", json(deleted).path("status").asText());
        assertEquals("round-trip", details.path("name").asText());
        assertEquals("configmaps", details.path("kind").asText());
        assertEquals(
                json(created).at("/metadata/uid").asText(), details.path("uid").asText());
        assertEquals(404, server.get(CONFIG_MAPS + "/round-trip").statusCode());
    }

    @Test
    void speaksBothHttpVersionsOnOnePort() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(dev.troupe.config.pki.TlsContexts.of(server.issue("a", "system:masters")))
                    .build();
            HttpResponse<String> response = server.send(client, "GET", "/version", "");
            assertEquals(200, response.statusCode());
            assertEquals(version, response.version());
            assertEquals("32", json(response).path("minor").asText());
        }
    }

    @Test
    void listsWithoutRepeatingTheKindInItems() {
        create("listed-1");
        create("listed-2");
        HttpResponse<String> response = server.get(CONFIG_MAPS + "?labelSelector=of%20in%20(listed-1,listed-2)");
        JsonNode list = json(response);
        assertEquals("ConfigMapList", list.path("kind").asText());
        assertEquals("v1", list.path("apiVersion").asText());
        assertEquals(2, list.path("items").size());
        for (JsonNode item : list.path("items")) {
            assertFalse(item.has("kind"));
            assertFalse(item.has("apiVersion"));
            assertEquals("1", item.at("/data/a").asText());
        }
        assertTrue(list.at("/metadata/resourceVersion").asLong() > 0);
    }

    @Test
    void listsAnEmptyCollectionAsAnEmptyArray() {
        assertTrue(server.get(CONFIG_MAPS + "?labelSelector=of=nobody").body().endsWith("\"items\":[]}"));
    }

    @Test
    void updatesAndPatchesAnObject() {
        create("changing");
        String path = CONFIG_MAPS + "/changing";
        HttpResponse<String> updated = server.send(
                "PUT",
                path,
                "{\"metadata\":{\"name\":\"changing\"},\"data\":{\"a\":\"2\"}}",
                "Content-Type",
                "application/json");
        assertEquals(200, updated.statusCode(), updated.body());
        assertEquals("2", json(updated).at("/data/a").asText());
        for (String[] patch : new String[][] {
            {"application/merge-patch+json", "{\"data\":{\"b\":\"m\"}}"},
            {"application/strategic-merge-patch+json", "{\"data\":{\"b\":\"s\"}}"},
            {"application/json-patch+json", "[{\"op\":\"replace\",\"path\":\"/data/b\",\"value\":\"j\"}]"},
        }) {
            HttpResponse<String> patched = server.send("PATCH", path, patch[1], "Content-Type", patch[0]);
            assertEquals(200, patched.statusCode(), patched.body());
            assertEquals(patch[0].substring(12, 13), json(patched).at("/data/b").asText());
        }
    }

    @Test
    void acceptsYamlAndAnswersYaml() {
        HttpResponse<String> created = server.send(
                "POST",
                CONFIG_MAPS,
                "metadata:\n  name: from-yaml\ndata:\n  a: \"yes\"\n  b: plain\n  c: |\n    1\n    2\n",
                "Content-Type",
                "application/yaml",
                "Accept",
                "application/yaml");
        assertEquals(201, created.statusCode(), created.body());
        assertEquals(
                "application/yaml", created.headers().firstValue("content-type").orElse(""));
        assertTrue(
                created.body()
                        .startsWith(
                                "apiVersion: v1\ndata:\n  a: \"yes\"\n  b: plain\n  c: |\n    1\n    2\nkind: ConfigMap\n"),
                created.body());
    }

    @Test
    void showsObjectsAsTables() {
        create("in-table");
        String table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        JsonNode one = json(server.get(CONFIG_MAPS + "/in-table", "Accept", table));
        assertEquals("Table", one.path("kind").asText());
        assertEquals("meta.k8s.io/v1", one.path("apiVersion").asText());
        assertEquals("Name", one.at("/columnDefinitions/0/name").asText());
        assertEquals("in-table", one.at("/rows/0/cells/0").asText());
        assertEquals("PartialObjectMetadata", one.at("/rows/0/object/kind").asText());
        assertEquals("in-table", one.at("/rows/0/object/metadata/name").asText());
        assertFalse(one.at("/rows/0/object").has("data"));

        JsonNode list = json(server.get(CONFIG_MAPS + "?includeObject=Object", "Accept", table));
        assertTrue(list.at("/rows/0/object").has("data"));
        JsonNode none = json(server.get(CONFIG_MAPS + "?includeObject=None", "Accept", table));
        assertTrue(none.at("/rows/0/object").isNull());
    }

    @Test
    void showsPartialMetadata() {
        create("partial");
        JsonNode one = json(server.get(
                CONFIG_MAPS + "/partial", "Accept", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"));
        assertEquals("PartialObjectMetadata", one.path("kind").asText());
        assertEquals("meta.k8s.io/v1", one.path("apiVersion").asText());
        assertFalse(one.has("data"));
        JsonNode list = json(
                server.get(CONFIG_MAPS, "Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"));
        assertEquals("PartialObjectMetadataList", list.path("kind").asText());
        assertEquals("PartialObjectMetadata", list.at("/items/0/kind").asText());
    }

    @Test
    void answersPeopleInIndentedJson() {
        create("pretty");
        String plain = server.get(CONFIG_MAPS + "/pretty").body();
        String pretty = server.get(CONFIG_MAPS + "/pretty?pretty=true").body();
        String curl =
                server.get(CONFIG_MAPS + "/pretty", "User-Agent", "curl/8.0").body();
        assertFalse(plain.contains("\n"));
        assertTrue(pretty.startsWith("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"ConfigMap\",\n"), pretty);
        assertEquals(pretty, curl);
    }

    @Test
    void keepsNothingOfADryRun() {
        HttpResponse<String> dry = server.send(
                "POST",
                CONFIG_MAPS + "?dryRun=All",
                "{\"metadata\":{\"name\":\"dry\"}}",
                "Content-Type",
                "application/json");
        assertEquals(201, dry.statusCode(), dry.body());
        assertFalse(json(dry).path("metadata").has("resourceVersion"));
        assertEquals(404, server.get(CONFIG_MAPS + "/dry").statusCode());
    }

    @Test
    void warnsAboutUnknownAndDuplicateFields() {
        HttpResponse<String> created = server.send(
                "POST",
                CONFIG_MAPS,
                "{\"metadata\":{\"name\":\"warned\"},\"dat\":{},\"data\":{\"a\":\"1\",\"a\":\"2\"}}",
                "Content-Type",
                "application/json");
        assertEquals(201, created.statusCode(), created.body());
        assertEquals(
                java.util.Set.of("299 - \"unknown field \\\"dat\\\"\"", "299 - \"duplicate field \\\"data.a\\\"\""),
                java.util.Set.copyOf(created.headers().allValues("warning")));
    }

    @Test
    void compressesLargeAnswers() {
        String large = "x".repeat(300_000);
        server.send(
                "POST",
                CONFIG_MAPS,
                "{\"metadata\":{\"name\":\"large\"},\"data\":{\"a\":\"" + large + "\"}}",
                "Content-Type",
                "application/json");
        HttpResponse<String> zipped = server.get(CONFIG_MAPS + "/large", "Accept-Encoding", "gzip");
        assertEquals("gzip", zipped.headers().firstValue("content-encoding").orElse(""));
        assertTrue(zipped.body().length() < 10_000);
        HttpResponse<String> plain = server.get(CONFIG_MAPS + "/large");
        assertTrue(plain.headers().firstValue("content-encoding").isEmpty());
        assertTrue(plain.body().length() > 300_000);
    }

    @Test
    void reportsHealthAndMetrics() {
        assertEquals("ok", server.get("/readyz").body());
        assertEquals("ok", server.get("/livez/ping").body());
        assertTrue(server.get("/readyz?verbose").body().endsWith("[+]shutdown ok\nreadyz check passed\n"));
        assertEquals(404, server.get("/readyz/nothing").statusCode());
        server.get(CONFIG_MAPS);
        String metrics = server.get("/metrics").body();
        assertTrue(
                metrics.contains("apiserver_request_total{code=\"200\",group=\"\",resource=\"configmaps\","
                        + "scope=\"namespace\",subresource=\"\",verb=\"LIST\",version=\"v1\"}"),
                metrics);
        for (String name : new String[] {
            "apiserver_request_duration_seconds_bucket",
            "apiserver_current_inflight_requests{request_kind=\"readOnly\"}",
            "kubernetes_build_info{",
            "process_start_time_seconds",
        }) {
            assertTrue(metrics.contains(name), name);
        }
    }

    @Test
    void servesScaleAsAKindOfItsOwn() {
        server.objects().given("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"},
                 "spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
                  "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        String scale = "/apis/apps/v1/namespaces/default/deployments/web/scale";
        JsonNode read = json(server.get(scale));
        assertEquals("Scale", read.path("kind").asText());
        assertEquals(2, read.at("/spec/replicas").asInt());
        JsonNode patched = json(server.send(
                "PATCH", scale, "{\"spec\":{\"replicas\":5}}", "Content-Type", "application/merge-patch+json"));
        assertEquals(5, patched.at("/spec/replicas").asInt(), patched.toString());
        // The generic scale client sends no Content-Type.
        JsonNode put = json(server.send(
                "PUT",
                scale,
                "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"web\","
                        + "\"namespace\":\"default\"},\"spec\":{\"replicas\":1}}"));
        assertEquals(1, put.at("/spec/replicas").asInt(), put.toString());
        JsonNode table = json(server.get(scale, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));
        assertEquals("web", table.at("/rows/0/cells/0").asText());
    }

    @Test
    void bindsAPodToANode() {
        server.objects().given("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"lonely","namespace":"default"},
                 "spec":{"containers":[{"name":"c","image":"i"}]}}""");
        String binding = "{\"apiVersion\":\"v1\",\"kind\":\"Binding\",\"metadata\":{\"name\":\"lonely\"},"
                + "\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}";
        HttpResponse<String> bound = server.send(
                "POST", "/api/v1/namespaces/default/pods/lonely/binding", binding, "Content-Type", "application/json");
        assertEquals(201, bound.statusCode(), bound.body());
        assertEquals("Success", json(bound).path("status").asText());
        assertEquals(
                "n1",
                server.objects()
                        .find(BuiltInTypes.PODS, "default", "lonely")
                        .orElseThrow()
                        .tree()
                        .at("/spec/nodeName")
                        .asText());
        HttpResponse<String> again =
                server.send("POST", "/api/v1/namespaces/default/bindings", binding, "Content-Type", "application/json");
        assertEquals(409, again.statusCode(), again.body());
    }

    @Test
    void deletesACollection() {
        create("gone-1");
        create("gone-2");
        HttpResponse<String> deleted =
                server.send("DELETE", CONFIG_MAPS + "?labelSelector=of%20in%20(gone-1,gone-2)", "");
        assertEquals(200, deleted.statusCode(), deleted.body());
        assertEquals(2, json(deleted).path("items").size());
        assertEquals(404, server.get(CONFIG_MAPS + "/gone-1").statusCode());
    }

    @Test
    void answersAPendingDeletionWithTheObject() {
        server.send(
                "POST",
                CONFIG_MAPS,
                "{\"metadata\":{\"name\":\"held\",\"finalizers\":[\"example.com/hold\"]}}",
                "Content-Type",
                "application/json");
        HttpResponse<String> deleted = server.send(
                "DELETE",
                CONFIG_MAPS + "/held",
                "{\"propagationPolicy\":\"Background\"}",
                "Content-Type",
                "application/json");
        assertEquals(200, deleted.statusCode(), deleted.body());
        assertEquals("ConfigMap", json(deleted).path("kind").asText());
        assertTrue(json(deleted).path("metadata").has("deletionTimestamp"));
    }
}
