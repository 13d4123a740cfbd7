package dev.troupe.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bad requests whose answer needs the whole server: admission, controllers, entities and caches. What the protocol
 * alone refuses is tested where the protocol lives, and many more faults of objects among the recordings.
 */
class BadInputsTest {
    private static final String NAMESPACE = "/api/v1/namespaces/bad";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path home;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start(home, 0);
        made("/api/v1/namespaces", "{'metadata':{'name':'bad'}}");
        made("/api/v1/namespaces", "{'metadata':{'name':'ending'}}");
        made("/api/v1/namespaces/ending/configmaps", "{'metadata':{'name':'kept','finalizers':['example.com/f']}}");
        assertEquals(200, send("DELETE", "/api/v1/namespaces/ending", "", "").statusCode());
        made(NAMESPACE + "/configmaps", "{'metadata':{'name':'cm'},'data':{'a':'b'}}");
        made(NAMESPACE + "/configmaps", "{'metadata':{'name':'frozen'},'data':{'a':'b'},'immutable':true}");
        made("/api/v1/nodes", "{'metadata':{'name':'one'}}");
        made("/api/v1/nodes", "{'metadata':{'name':'two'}}");
        made(
                "/apis/coordination.k8s.io/v1/namespaces/bad/leases",
                "{'metadata':{'name':'lease'},'spec':{'holderIdentity':'a'}}");
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (get(NAMESPACE + "/serviceaccounts/default").statusCode() != 200) {
            assertTrue(Instant.now().isBefore(giveUp), "no default service account");
        }
        made(
                NAMESPACE + "/pods",
                "{'metadata':{'name':'on-two'},'spec':{'nodeName':'two',"
                        + "'containers':[{'name':'c','image':'i'}]}}");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static HttpResponse<String> get(String path) {
        return send("GET", path, "", "");
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) {
        Map<String, String> headers = new TreeMap<>();
        if (!type.isEmpty()) {
            headers.put("Content-Type", type);
        }
        return send(method, path, headers, body);
    }

    private static HttpResponse<String> send(String method, String path, Map<String, String> headers, String body) {
        try {
            return cluster.send("admin", method, path, headers, body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode made(String path, String object) {
        HttpResponse<String> response = send("POST", path, "application/json", object.replace('\'', '"'));
        assertEquals(201, response.statusCode(), response.body());
        return Json.parseObject(response.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', maxCharsPerColumn = 100_000, textBlock = """
POST  |/api/v1/namespaces/nope/configmaps|{'metadata':{'name':'x'}}|404|NotFound||namespaces "nope" not found
POST  |/api/v1/namespaces/ending/configmaps|{'metadata':{'name':'x'}}|403|Forbidden|NamespaceTerminating metadata.namespace|configmaps "x" is forbidden: unable to create new content in namespace ending because it is being terminated
DELETE|/api/v1/namespaces/default||403|Forbidden||namespaces "default" is forbidden: this namespace may not be deleted
DELETE|/api/v1/namespaces/kube-system||403|Forbidden||namespaces "kube-system" is forbidden: this namespace may not be deleted
DELETE|/api/v1/namespaces/kube-public||403|Forbidden||namespaces "kube-public" is forbidden: this namespace may not be deleted
POST  |{ns}/configmaps|{'metadata':{'name':'cm'}}|409|AlreadyExists||configmaps "cm" already exists
POST  |{ns}/configmaps|{'metadata':{'name':'x','resourceVersion':'1'}}|400|BadRequest||resourceVersion should not be set on objects to be created
POST  |{ns}/configmaps|{'metadata':{'name':'Upper'}}|422|Invalid|FieldValueInvalid metadata.name|ConfigMap "Upper" is invalid: metadata.name: Invalid value: "Upper": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
POST  |{ns}/configmaps|{'metadata':{}}|422|Invalid|FieldValueRequired metadata.name|ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required
POST  |{ns}/configmaps|{'metadata':{'name':'x','finalizers':['unqualified']}}|422|Invalid|FieldValueInvalid metadata.finalizers[0]|ConfigMap "x" is invalid: metadata.finalizers[0]: Invalid value: "unqualified": name is neither a standard finalizer name nor is it fully qualified
POST  |{ns}/configmaps|{'metadata':{'name':'x','ownerReferences':[{'apiVersion':'v1','kind':'Pod','name':'p'}]}}|422|Invalid|FieldValueInvalid metadata.ownerReferences.uid|ConfigMap "x" is invalid: metadata.ownerReferences.uid: Invalid value: "": uid must not be empty
POST  |{ns}/configmaps|{'metadata':{'name':'x','ownerReferences':[{'apiVersion':'v1','kind':'Pod','name':'p','uid':'1','controller':true},{'apiVersion':'v1','kind':'Pod','name':'q','uid':'2','controller':true}]}}|422|Invalid|FieldValueInvalid metadata.ownerReferences|ConfigMap "x" is invalid: metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"p","uid":"1","controller":true},{"apiVersion":"v1","kind":"Pod","name":"q","uid":"2","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Pod/p and Pod/q
PUT   |{ns}/configmaps/frozen|{'metadata':{'name':'frozen'},'data':{'a':'c'},'immutable':true}|422|Invalid|FieldValueForbidden data|ConfigMap "frozen" is invalid: data: Forbidden: field is immutable when `immutable` is set
PUT   |{ns}/configmaps/cm|{'metadata':{'name':'cm','resourceVersion':'1'}}|409|Conflict||Operation cannot be fulfilled on configmaps "cm": the object has been modified; please apply your changes to the latest version and try again
PUT   |/apis/coordination.k8s.io/v1/namespaces/bad/leases/lease|{'metadata':{'name':'lease'},'spec':{'holderIdentity':'b'}}|422|Invalid|FieldValueInvalid metadata.resourceVersion|Lease.coordination.k8s.io "lease" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update
DELETE|{ns}/configmaps/cm|{'preconditions':{'resourceVersion':'1'}}|409|Conflict||Operation cannot be fulfilled on ConfigMap "cm": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (*). The object might have been modified
POST  |{ns}/pods|{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i','volumeMounts':[{'name':'v','mountPath':'/m','subPath':'/abs'}]}],'volumes':[{'name':'v','emptyDir':{}}]}}|422|Invalid|FieldValueInvalid spec.containers[0].volumeMounts.subPath|Pod "p" is invalid: spec.containers[0].volumeMounts.subPath: Invalid value: "/abs": must be a relative path
POST  |{ns}/pods|{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i','volumeMounts':[{'name':'v','mountPath':'/m','subPath':'a/../b'}]}],'volumes':[{'name':'v','emptyDir':{}}]}}|422|Invalid|FieldValueInvalid spec.containers[0].volumeMounts.subPath|Pod "p" is invalid: spec.containers[0].volumeMounts.subPath: Invalid value: "a/../b": must not contain '..'
POST  |{ns}/pods|{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'v','hostPath':{'path':'/a/../b'}}]}}|422|Invalid|FieldValueInvalid spec.volumes[0].hostPath.path|Pod "p" is invalid: spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain '..'
POST  |{ns}/pods|{'metadata':{'name':'p'},'spec':{'serviceAccountName':'nope','containers':[{'name':'c','image':'i'}]}}|403|Forbidden||pods "p" is forbidden: error looking up service account bad/nope: serviceaccount "nope" not found
POST  |{ns}/pods/on-two/binding|{'target':{'kind':'Node','name':'one'}}|409|Conflict||Operation cannot be fulfilled on pods/binding "on-two": pod on-two is already assigned to node "two"
GET   |{ns}/configmaps?limit=1&continue=garbage||400|BadRequest||continue key is not valid: *
GET   |{ns}/configmaps?limit=1&continue=eyJ2IjoidjkiLCJydiI6MSwic3RhcnQiOiJhIn0||400|BadRequest||continue key is not valid: *
GET   |{ns}/configmaps?limit=1&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi8uLi9zZWNyZXRzIn0||400|BadRequest||continue key is not valid: *
GET   |{ns}/configmaps?resourceVersion=9007199254740991||504|Timeout|ResourceVersionTooLarge|Timeout: Too large resource version: 9007199254740991, current: *
GET   |{ns}/pods/on-two/exec?command=ls||400|BadRequest||Upgrade request required
""")
    void answersAsKubernetesDoes(
            String method, String path, String body, int code, String reason, String cause, String message) {
        String sent = body == null ? "" : body.replace('\'', '"');
        HttpResponse<String> response =
                send(method, path.replace("{ns}", NAMESPACE), sent.isEmpty() ? "" : "application/json", sent);
        JsonNode status = status(response, code, reason);
        assertLike(message, status.path("message").asText());
        if (cause != null) {
            JsonNode first = status.at("/details/causes/0");
            assertEquals(
                    cause,
                    (first.path("reason").asText() + " " + first.path("field").asText()).strip());
        }
    }

    /** @param pattern with {@code *} for whatever it may be */
    private static void assertLike(String pattern, String text) {
        String[] parts = pattern.split("\\*", 2);
        if (parts.length == 1 || pattern.contains("[-a-z0-9]*")) {
            assertEquals(pattern, text);
        } else {
            assertTrue(text.startsWith(parts[0]) && text.endsWith(parts[1]), text);
        }
    }

    private static JsonNode status(HttpResponse<String> response, int code, String reason) {
        assertEquals(code, response.statusCode(), response.body());
        JsonNode status = Json.parseObject(response.body());
        assertEquals("Status", status.path("kind").asText());
        assertEquals("Failure", status.path("status").asText());
        assertEquals(code, status.path("code").asInt());
        assertEquals(reason, status.path("reason").asText());
        return status;
    }

    @Test
    void wipesWhatOnlyTheServerMaySet() {
        JsonNode metadata = made(
                        NAMESPACE + "/configmaps",
                        "{'metadata':{'name':'wiped','uid':'mine','creationTimestamp':'2001-01-01T00:00:00Z',"
                                + "'deletionTimestamp':'2001-01-01T00:00:00Z','generation':7}}")
                .path("metadata");
        assertFalse(metadata.path("uid").asText().equals("mine"));
        assertFalse(metadata.path("creationTimestamp").asText().startsWith("2001"));
        assertTrue(metadata.path("deletionTimestamp").isMissingNode());
        assertTrue(metadata.path("generation").isMissingNode());
    }

    @Test
    void limitsNamesLabelsAndAnnotations() {
        for (Map.Entry<String, String> wrong : Map.of(
                        "{'name':'" + "n".repeat(254) + "'}", "FieldValueInvalid metadata.name",
                        "{'name':'x','labels':{'l':'" + "v".repeat(64) + "'}}", "FieldValueInvalid metadata.labels",
                        "{'name':'x','annotations':{'a':'" + "v".repeat(262_144) + "'}}",
                                "FieldValueTooLong metadata.annotations")
                .entrySet()) {
            String object = "{'metadata':" + wrong.getKey() + "}";
            JsonNode status = status(
                    send("POST", NAMESPACE + "/configmaps", "application/json", object.replace('\'', '"')),
                    422,
                    "Invalid");
            JsonNode cause = status.at("/details/causes/0");
            assertEquals(
                    wrong.getValue(),
                    cause.path("reason").asText() + " " + cause.path("field").asText());
        }
    }

    @Test
    void warnsOfUnknownFieldsUnlessTold() {
        String object = "{\"metadata\":{\"name\":\"odd\"},\"dat\":{}}";
        String path = NAMESPACE + "/configmaps?dryRun=All";
        HttpResponse<String> warned = send("POST", path, "application/json", object);
        assertEquals(201, warned.statusCode());
        assertEquals(
                List.of("299 - \"unknown field \\\"dat\\\"\""), warned.headers().allValues("warning"));
        HttpResponse<String> ignored = send("POST", path + "&fieldValidation=Ignore", "application/json", object);
        assertEquals(201, ignored.statusCode());
        assertEquals(List.of(), ignored.headers().allValues("warning"));
        status(send("POST", path + "&fieldValidation=Strict", "application/json", object), 400, "BadRequest");
    }

    @Test
    void keepsNodesToThemselves() {
        Map<String, String> node = Map.of(
                "Impersonate-User",
                "system:node:one",
                "Impersonate-Group",
                "system:nodes",
                "Content-Type",
                "application/merge-patch+json");
        String label = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        assertEquals(200, send("PATCH", "/api/v1/nodes/one", node, label).statusCode());
        String refused = status(send("PATCH", "/api/v1/nodes/two", node, label), 403, "Forbidden")
                .path("message")
                .asText();
        assertTrue(refused.startsWith("nodes \"two\" is forbidden: "), refused);
        assertTrue(refused.endsWith("node \"one\" is not allowed to modify node \"two\""), refused);
        status(send("GET", NAMESPACE + "/configmaps/cm", node, ""), 403, "Forbidden");
        status(send("DELETE", NAMESPACE + "/pods/on-two", node, ""), 403, "Forbidden");
    }

    @Test
    void knowsNobodyByAFalseToken() {
        HttpResponse<String> response = send("GET", NAMESPACE, Map.of("Authorization", "Bearer false"), "");
        // A certificate is believed before a token, as kube-apiserver does.
        assertEquals(200, response.statusCode());
        try {
            response = cluster.send("anonymous", "GET", NAMESPACE, Map.of("Authorization", "Bearer false"), "");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertEquals(
                "Unauthorized",
                status(response, 401, "Unauthorized").path("message").asText());
    }

    @Test
    void letsNoObjectGrowForEver() {
        String value = "v".repeat(2_000_000);
        String path = "/apis/apps/v1/namespaces/bad/deployments";
        made(
                path,
                "{'metadata':{'name':'big'},'spec':{'replicas':0,'selector':{'matchLabels':{'a':'b'}},'template':{"
                        + "'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i','env':["
                        + "{'name':'A','value':'" + value + "'}]}]}}}}");
        String patch = "[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/env/0\",\"value\":"
                + "{\"name\":\"B\",\"value\":\"" + value + "\"}}]";
        assertEquals(
                "Request entity too large: limit is 3145728",
                status(send("PATCH", path + "/big", "application/json-patch+json", patch), 413, "RequestEntityTooLarge")
                        .path("message")
                        .asText());
        assertEquals(200, send("DELETE", path + "/big", "", "").statusCode());
    }
}
