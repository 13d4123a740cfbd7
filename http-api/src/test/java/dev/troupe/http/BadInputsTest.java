package dev.troupe.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client does wrong, and Kubernetes' exact answer. */
class BadInputsTest {
    private static final String CM = "/api/v1/namespaces/default/configmaps";
    private static RunningApiServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningApiServer.start();
        server.objects().given("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"zz","namespace":"default"},"data":{"a":"b"}}""");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) {
        String full = path.replace("{cm}", CM);
        return type.isEmpty() ? server.send(method, full, body) : server.send(method, full, body, "Content-Type", type);
    }

    private static String type(String shorthand) {
        return switch (shorthand) {
            case "json" -> "application/json";
            case "merge" -> "application/merge-patch+json";
            case "strategic" -> "application/strategic-merge-patch+json";
            case "jsonpatch" -> "application/json-patch+json";
            case "apply" -> "application/apply-patch+yaml";
            case "yaml" -> "application/yaml";
            case "-" -> "";
            default -> shorthand;
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', maxCharsPerColumn = 10000, textBlock = """
GET   |/api/v1/nothings|-||404|NotFound|the server could not find the requested resource
GET   |/api/v1/namespaces/default/nothings/x|-||404|NotFound|the server could not find the requested resource
GET   |{cm}/zz/status|-||404|NotFound|the server could not find the requested resource
GET   |/api/v1/configmaps/zz|-||404|NotFound|the server could not find the requested resource
GET   |/api/v1/namespaces/default/nodes|-||404|NotFound|the server could not find the requested resource
GET   |/api/v1/namespaces/default/nodes/n|-||404|NotFound|the server could not find the requested resource
GET   |{cm}/nope|-||404|NotFound|configmaps "nope" not found
DELETE|{cm}/nope|-||404|NotFound|configmaps "nope" not found
PUT   |{cm}/nope|json|{"metadata":{"name":"nope"}}|404|NotFound|configmaps "nope" not found
PATCH |{cm}/nope|merge|{"data":{}}|404|NotFound|configmaps "nope" not found
POST  |{cm}/zz|json|{}|405|MethodNotAllowed|the server does not allow this method on the requested resource
PUT   |{cm}|json|{}|405|MethodNotAllowed|the server does not allow this method on the requested resource
PATCH |{cm}|merge|{}|405|MethodNotAllowed|the server does not allow this method on the requested resource
POST  |/api/v1/configmaps|json|{}|405|MethodNotAllowed|the server does not allow this method on the requested resource
DELETE|/api/v1/configmaps|-||405|MethodNotAllowed|the server does not allow this method on the requested resource
POST  |/version|json|{}|405|MethodNotAllowed|the server does not allow this method on the requested resource
POST  |{cm}|text/plain|x|415|UnsupportedMediaType|the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf
PATCH |{cm}/zz|json|not even json|415|UnsupportedMediaType|the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json
PATCH |{cm}/zz|apply|{}|415|UnsupportedMediaType|server-side apply is not served yet - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json
POST  |{cm}|-||400|BadRequest|the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)
POST  |{cm}|json|{"a":|400|BadRequest|the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({"a":)
POST  |{cm}|json|{"apiVersion":"v1","kind":"Wombat"}|400|BadRequest|Wombat in version "v1" cannot be handled as a ConfigMap: no kind "Wombat" is registered for version "v1" in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"
POST  |{cm}|json|{"metadata":{"name":"x"},"data":{"a":1}}|400|BadRequest|ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string
POST  |{cm}|json|{"metadata":{"name":"x","namespace":"other"}}|400|BadRequest|the namespace of the provided object does not match the namespace sent on the request
POST  |{cm}|json|{"metadata":{}}|422|Invalid|ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required
POST  |{cm}|json|{"metadata":{"name":"zz"}}|409|AlreadyExists|configmaps "zz" already exists
POST  |{cm}?fieldValidation=Strict|json|{"metadata":{"name":"x"},"dat":{}}|400|BadRequest|ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"
POST  |{cm}?fieldValidation=Strict|json|{"metadata":{"name":"x","name":"y"}}|400|BadRequest|ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "metadata.name"
POST  |{cm}?fieldValidation=foo|json|{"metadata":{"name":"x"}}|422|Invalid|CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "foo": supported values: "", "Ignore", "Strict", "Warn"
POST  |{cm}?dryRun=Foo|json|{"metadata":{"name":"x"}}|422|Invalid|CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Foo"}: supported values: "All"
PUT   |{cm}/zz?dryRun=Foo|json|{"metadata":{"name":"zz"}}|422|Invalid|UpdateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Foo"}: supported values: "All"
PATCH |{cm}/zz?force=true|merge|{}|422|Invalid|PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch
PUT   |{cm}/other|json|{"metadata":{"name":"zz"}}|400|BadRequest|the name of the object (zz) does not match the name on the URL (other)
PUT   |{cm}/zz|json|{"metadata":{"name":"zz","namespace":"other"}}|400|BadRequest|the namespace of the object (other) does not match the namespace on the request (default)
PUT   |{cm}/zz|json|{"metadata":{}}|400|BadRequest|the name of the object (zz based on URL) was undeterminable: name must be provided
PUT   |{cm}/zz|json|{"metadata":{"name":"zz","resourceVersion":"1"}}|409|Conflict|Operation cannot be fulfilled on configmaps "zz": the object has been modified; please apply your changes to the latest version and try again
PATCH |{cm}/zz|merge|{"metadata":{"resourceVersion":"1"},"data":{"c":"e"}}|409|Conflict|Operation cannot be fulfilled on configmaps "zz": the object has been modified; please apply your changes to the latest version and try again
GET   |{cm}/a%2Fb|-||400|BadRequest|Name parameter invalid: "a/b": may not contain '/'
GET   |{cm}/a%25b|-||400|BadRequest|Name parameter invalid: "a%b": may not contain '%'
GET   |/api/v1/namespaces/a%25b/configmaps/x|-||400|BadRequest|Namespace parameter invalid: "a%b": may not contain '%'
PATCH |{cm}/zz|jsonpatch|{"op":"add"}|400|BadRequest|error decoding patch: json: cannot unmarshal object into Go value of type []interface {}
PATCH |{cm}/zz|jsonpatch|[{"op":|400|BadRequest|error decoding patch: unexpected end of JSON input
PATCH |{cm}/zz|merge|[]|400|BadRequest|error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}
PATCH |{cm}/zz|jsonpatch|[{"op":"frob","path":"/data/a"}]|422|Invalid|the server rejected our request due to an error in our request
PATCH |{cm}/zz|jsonpatch|[{"op":"test","path":"/data/a","value":"no"}]|422|Invalid|the server rejected our request due to an error in our request
DELETE|{cm}/zz|json|{"propagationPolicy":"Sideways"}|422|Invalid|DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"
DELETE|{cm}/zz|json|{"propagationPolicy":"Orphan","orphanDependents":true}|422|Invalid|DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set
DELETE|{cm}/zz?gracePeriodSeconds=abc|-||400|BadRequest|strconv.ParseInt: parsing "abc": invalid syntax
DELETE|{cm}/zz|json|{"gracePeriodSeconds":"5"}|400|BadRequest|DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64
GET   |{cm}?labelSelector=a%3Db%3Dc|-||400|BadRequest|found '=', expected: ',' or 'end of string'
GET   |{cm}?fieldSelector=spec.foo%3Dx|-||400|BadRequest|"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"
GET   |/api/v1/namespaces/default/pods?fieldSelector=spec.foo%3Dx|-||400|BadRequest|field label not supported: spec.foo
GET   |{cm}?fieldSelector=nonsense|-||400|BadRequest|invalid selector: 'nonsense'; can't understand 'nonsense'
GET   |{cm}?limit=abc|-||400|BadRequest|strconv.ParseInt: parsing "abc": invalid syntax
GET   |{cm}?resourceVersion=abc|-||400|BadRequest|invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax
GET   |{cm}?watch=1&resourceVersion=abc|-||400|BadRequest|invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax
GET   |{cm}?resourceVersionMatch=Exact|-||422|Invalid|ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided
GET   |{cm}?resourceVersionMatch=Odd&resourceVersion=5|-||422|Invalid|ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Odd": supported values: "Exact", "NotOlderThan", ""
GET   |{cm}?watch=1&sendInitialEvents=true|-||422|Invalid|ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan
GET   |{cm}?continue=x&resourceVersion=5|-||400|BadRequest|specifying resource version is not allowed when using continue
GET   |{cm}?timeout=abc|-||400|BadRequest|invalid timeout specified in the request URL - time: invalid duration "abc"
""")
    void answersAsKubernetesDoes(
            String method, String path, String type, String body, int code, String reason, String message) {
        HttpResponse<String> response = send(method, path, type(type), body == null ? "" : body);
        assertEquals(code, response.statusCode(), response.body());
        JsonNode status = RunningApiServer.json(response);
        assertEquals("Status", status.path("kind").asText());
        assertEquals("v1", status.path("apiVersion").asText());
        assertEquals("Failure", status.path("status").asText());
        assertEquals(message, status.path("message").asText());
        assertEquals(reason, status.path("reason").asText());
        assertEquals(code, status.path("code").asInt());
    }

    @ParameterizedTest
    @CsvSource({"/nothing", "/apis/nobody.example.com", "/apis/nobody.example.com/v1", "/apis/nobody.example.com/v1/x"})
    void hasNoPageForUnknownPaths(String path) {
        HttpResponse<String> response = server.get(path);
        assertEquals(404, response.statusCode());
        assertEquals("404 page not found\n", response.body());
        assertEquals(
                "text/plain; charset=UTF-8",
                response.headers().firstValue("content-type").orElse(""));
    }

    @Test
    void names4xxCausesByField() {
        JsonNode status = RunningApiServer.json(send("POST", CM + "?dryRun=Foo", "application/json", "{}"));
        assertEquals("meta.k8s.io", status.at("/details/group").asText());
        assertEquals("CreateOptions", status.at("/details/kind").asText());
        assertEquals(
                "FieldValueNotSupported", status.at("/details/causes/0/reason").asText());
        assertEquals("dryRun", status.at("/details/causes/0/field").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.kubernetes.protobuf",
                "application/json;as=Wombat;v=v1;g=meta.k8s.io",
                "text/html",
                "application/json;as=Table;v=v7;g=meta.k8s.io",
            })
    void listsWhatItCanAnswerWith(String accept) {
        HttpResponse<String> response = server.get(CM + "/zz", "Accept", accept);
        assertEquals(406, response.statusCode());
        assertEquals(
                "only the following media types are accepted: application/json, application/yaml",
                RunningApiServer.json(response).path("message").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.kubernetes.protobuf,application/json",
                "application/vnd.kubernetes.protobuf, */*",
                "application/json;as=Wombat;v=v1;g=meta.k8s.io,application/json",
                "*/*",
                "application/*",
            })
    void answersJsonWhereItIsAmongTheAlternatives(String accept) {
        HttpResponse<String> response = server.get(CM + "/zz", "Accept", accept);
        assertEquals(200, response.statusCode());
        assertEquals("ConfigMap", RunningApiServer.json(response).path("kind").asText());
    }

    @Test
    void refusesBodiesAboveTheLimit() {
        String big = "{\"metadata\":{\"name\":\"big\"},\"data\":{\"a\":\"" + "x".repeat(3_145_728) + "\"}}";
        HttpResponse<String> response = send("POST", CM, "application/json", big);
        assertEquals(413, response.statusCode());
        JsonNode status = RunningApiServer.json(response);
        assertEquals(
                "Request entity too large: limit is 3145728",
                status.path("message").asText());
        assertEquals("RequestEntityTooLarge", status.path("reason").asText());
    }

    @Test
    void refusesEncodedBodies() {
        HttpResponse<String> response =
                server.send("POST", CM, "xx", "Content-Type", "application/json", "Content-Encoding", "gzip");
        assertEquals(415, response.statusCode());
    }

    @Test
    void refusesPatchesOfTooManyOperations() {
        String one = "{\"op\":\"add\",\"path\":\"/data/a\",\"value\":\"1\"}";
        String patch = "[" + (one + ",").repeat(10_000) + one + "]";
        HttpResponse<String> response = send("PATCH", CM + "/zz", "application/json-patch+json", patch);
        assertEquals(413, response.statusCode());
        assertEquals(
                "The allowed maximum operations in a JSON patch is 10000, got 10001",
                RunningApiServer.json(response).path("message").asText());
    }

    /** Hostile nesting and aliases must be refused, and cost no more than their size (CVE-2019-11253). */
    @Test
    void refusesBombsWithoutHarm() {
        List<String[]> bombs = new ArrayList<>();
        bombs.add(new String[] {"application/json", "{\"a\":" + "[".repeat(3_000_000)});
        bombs.add(new String[] {"application/json", "{\"a\":".repeat(100_000)});
        bombs.add(new String[] {"application/yaml", "a: " + "[".repeat(1_000_000)});
        StringBuilder aliases = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String alias = "*a" + (i - 1);
            aliases.append(
                    "a" + i + ": &a" + i + " [" + String.join(",", java.util.Collections.nCopies(9, alias)) + "]\n");
        }
        bombs.add(new String[] {"application/yaml", aliases.toString()});
        for (String[] bomb : bombs) {
            for (String method : List.of("POST", "PUT")) {
                HttpResponse<String> response = send(method, method.equals("POST") ? CM : CM + "/zz", bomb[0], bomb[1]);
                assertEquals(400, response.statusCode(), response.body());
            }
        }
        HttpResponse<String> patched =
                send("PATCH", CM + "/zz", "application/merge-patch+json", "{\"a\":".repeat(100_000));
        assertEquals(400, patched.statusCode(), patched.body());
    }

    @Test
    void takesDotsInPathsForNames() {
        // Clients normalise dots; a hostile one writes to the socket itself.
        for (String name : List.of(".", "..", "%2E%2e")) {
            JsonNode status = Json.parseObject(RawHttp.get(server, CM + "/" + name));
            assertEquals(400, status.path("code").asInt(), status.toString());
            assertTrue(status.path("message").asText().startsWith("Name parameter invalid: \"."), status.toString());
        }
    }

    @Test
    void survivesABugInAHandler() throws IOException {
        try (RunningApiServer broken = new RunningApiServer.Config()
                .wrapping(api -> (dev.troupe.model.api.ResourceApi) java.lang.reflect.Proxy.newProxyInstance(
                        BadInputsTest.class.getClassLoader(),
                        new Class<?>[] {dev.troupe.model.api.ResourceApi.class},
                        (proxy, method, arguments) -> {
                            throw new IllegalStateException("a planted bug");
                        }))
                .start()) {
            HttpResponse<String> response = broken.get(CM + "/zz");
            assertEquals(500, response.statusCode());
            assertTrue(response.body().startsWith("This request caused apiserver to panic."), response.body());
            assertTrue(response.headers().firstValue("audit-id").isPresent());
            assertTrue(broken.get("/metrics").body().contains("apiserver_request_panics_total 1.0"));
        }
    }

    @Test
    void answersTooSlowRequestsInTime() throws IOException {
        try (RunningApiServer slow = new RunningApiServer.Config()
                .settings(settings -> settings.withRequestTimeout(java.time.Duration.ofMillis(200)))
                .wrapping(api -> (dev.troupe.model.api.ResourceApi) java.lang.reflect.Proxy.newProxyInstance(
                        BadInputsTest.class.getClassLoader(),
                        new Class<?>[] {dev.troupe.model.api.ResourceApi.class},
                        (proxy, method, arguments) -> new java.util.concurrent.CompletableFuture<Object>()))
                .start()) {
            HttpResponse<String> response = slow.get(CM + "/zz");
            assertEquals(504, response.statusCode());
            JsonNode status = RunningApiServer.json(response);
            assertEquals("Timeout", status.path("reason").asText());
            assertEquals(
                    "Timeout: request did not complete within the allotted timeout",
                    status.path("message").asText());
        }
    }

    @Test
    void sendsClientsAwayWhenOverloaded() throws Exception {
        var pending = new java.util.concurrent.ConcurrentLinkedQueue<java.util.concurrent.CompletableFuture<Object>>();
        try (RunningApiServer small = new RunningApiServer.Config()
                .settings(settings -> settings.withInFlight(2, 1))
                .wrapping(api -> (dev.troupe.model.api.ResourceApi) java.lang.reflect.Proxy.newProxyInstance(
                        BadInputsTest.class.getClassLoader(),
                        new Class<?>[] {dev.troupe.model.api.ResourceApi.class},
                        (proxy, method, arguments) -> {
                            var answer = new java.util.concurrent.CompletableFuture<Object>();
                            pending.add(answer);
                            return answer;
                        }))
                .start()) {
            var uri = java.net.URI.create(small.url() + CM + "/zz");
            for (int i = 0; i < 2; i++) {
                small.admin()
                        .sendAsync(
                                java.net.http.HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString());
            }
            Await.until(() -> pending.size() == 2);
            HttpResponse<String> refused = small.get(CM + "/zz");
            assertEquals(429, refused.statusCode());
            assertEquals("Too many requests, please try again later.\n", refused.body());
            assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
            assertEquals(200, small.get("/livez").statusCode());
            pending.forEach(answer -> answer.complete(
                    dev.troupe.model.api.Outcome.failure(dev.troupe.model.status.Status.unknownResource())));
            Await.until(() -> {
                boolean free = small.get("/version").statusCode() == 200;
                return free;
            });
        }
    }
}
