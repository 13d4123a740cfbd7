package dev.troupe.http;

import static dev.troupe.http.RunningApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.Credentials;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who asks and what they may do, over the wire. */
class IdentityTest {
    private static final String CM = "/api/v1/namespaces/default/configmaps";
    private static RunningApiServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningApiServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String message(HttpResponse<String> response) {
        return json(response).path("message").asText();
    }

    @Test
    void readsTheUserFromTheClientCertificate() {
        HttpResponse<String> response =
                server.send(RunningApiServer.client(server.issue("carol", "guests")), "GET", CM, "");
        assertEquals(403, response.statusCode());
        assertEquals(
                "configmaps is forbidden: User \"carol\" cannot list resource \"configmaps\" in API group \"\" in the"
                        + " namespace \"default\"",
                message(response));
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        // Of the same name, so that the client believes the server asks for it.
        CertificateAuthority other = CertificateAuthority.create("test-ca", Instant.now());
        Credentials forged = other.issueClient("admin", List.of("system:masters"), Instant.now(), Duration.ofHours(1));
        HttpClient client = HttpClient.newBuilder()
                .sslContext(showing(forged, server.authority().certificate()))
                .build();
        HttpResponse<String> response = server.send(client, "GET", CM, "");
        assertEquals(401, response.statusCode(), response.body());
        assertEquals("Unauthorized", message(response));
    }

    private static SSLContext showing(Credentials credentials, X509Certificate trusted) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", credentials.key(), new char[0], new X509Certificate[] {credentials.certificate()});
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("trusted", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void refusesAnExpiredCertificate() {
        var expired = server.authority()
                .issueClient(
                        "admin",
                        List.of("system:masters"),
                        Instant.now().minus(Duration.ofDays(2)),
                        Duration.ofDays(1));
        HttpResponse<String> response = server.send(RunningApiServer.client(expired), "GET", CM, "");
        assertEquals(401, response.statusCode());
        assertEquals("Unauthorized", message(response));
        assertEquals("Unauthorized", json(response).path("reason").asText());
    }

    @Test
    void readsTheUserFromABearerToken() {
        HttpResponse<String> response = server.withToken("alice-token", "GET", CM);
        assertEquals(403, response.statusCode());
        assertEquals(
                "configmaps is forbidden: User \"alice\" cannot list resource \"configmaps\" in API group \"\" in the"
                        + " namespace \"default\"",
                message(response));
        assertEquals(200, server.withToken("impersonator-token", "GET", CM).statusCode());
    }

    @Test
    void refusesAnUnknownToken() {
        for (String path : List.of(CM, "/version", "/healthz")) {
            HttpResponse<String> response = server.withToken("wrong", "GET", path);
            assertEquals(401, response.statusCode());
            assertEquals("Unauthorized", message(response));
        }
    }

    @Test
    void takesOtherSchemesForNothingShown() {
        HttpResponse<String> response = server.send(server.anonymous(), "GET", CM, "", "Authorization", "Basic YTpi");
        assertEquals(403, response.statusCode());
        assertEquals(
                "configmaps is forbidden: User \"system:anonymous\" cannot list resource \"configmaps\" in API group"
                        + " \"\" in the namespace \"default\"",
                message(response));
    }

    @ParameterizedTest
    @CsvSource({
        "/healthz, 200",
        "/livez, 200",
        "/readyz, 200",
        "/version, 200",
        "/metrics, 403",
        "/api, 403",
        "/apis, 403",
        "/openapi/v3, 403",
        "/, 403",
        "/api/v1/nodes, 403",
        "/api/v1/nothings, 403",
    })
    void letsAnonymousSeeNothingButHealthAndVersion(String path, int code) {
        HttpResponse<String> response = server.send(server.anonymous(), "GET", path, "");
        assertEquals(code, response.statusCode(), response.body());
        if (code == 403 && !path.startsWith("/api/v1")) {
            assertEquals("forbidden: User \"system:anonymous\" cannot get path \"" + path + "\"", message(response));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/api/v1/namespaces/n/pods/x|pods \"x\" is forbidden: User \"alice\" cannot get resource \"pods\""
                        + " in API group \"\" in the namespace \"n\"",
                "GET|/api/v1/nodes|nodes is forbidden: User \"alice\" cannot list resource \"nodes\" in API group \"\""
                        + " at the cluster scope",
                "GET|/apis/apps/v1/deployments?watch=1|deployments.apps is forbidden: User \"alice\" cannot watch"
                        + " resource \"deployments\" in API group \"apps\" at the cluster scope",
                "DELETE|/api/v1/namespaces/n/pods|pods is forbidden: User \"alice\" cannot deletecollection resource"
                        + " \"pods\" in API group \"\" in the namespace \"n\"",
                "GET|/api/v1/namespaces/n/pods/x/log|pods \"x\" is forbidden: User \"alice\" cannot get resource"
                        + " \"pods/log\" in API group \"\" in the namespace \"n\"",
                "GET|/metrics|forbidden: User \"alice\" cannot get path \"/metrics\"",
                "GET|/x%3Cscript%3E|forbidden: User \"alice\" cannot get path \"/x&lt;script&gt;\"",
            })
    void explainsARefusal(String method, String path, String message) {
        HttpResponse<String> response = server.withToken("alice-token", method, path);
        assertEquals(403, response.statusCode());
        assertEquals(message, message(response));
        assertEquals("Forbidden", json(response).path("reason").asText());
    }

    @Test
    void letsWhoMayImpersonateActAsAnother() {
        HttpResponse<String> asAlice = server.get(CM, "Impersonate-User", "alice");
        assertEquals(403, asAlice.statusCode());
        assertEquals(
                "configmaps is forbidden: User \"alice\" cannot list resource \"configmaps\" in API group \"\" in the"
                        + " namespace \"default\"",
                message(asAlice));
        assertEquals(
                200,
                server.get(CM, "Impersonate-User", "alice", "Impersonate-Group", "system:masters")
                        .statusCode());
    }

    @Test
    void refusesImpersonationToOthers() {
        HttpResponse<String> response = server.withToken("alice-token", "GET", CM, "Impersonate-User", "system:admin");
        assertEquals(403, response.statusCode());
        assertEquals(
                "users \"system:admin\" is forbidden: User \"alice\" cannot impersonate resource \"users\" in API group"
                        + " \"\" at the cluster scope",
                message(response));
        HttpResponse<String> account =
                server.withToken("alice-token", "GET", CM, "Impersonate-User", "system:serviceaccount:ns:bot");
        assertEquals(
                "serviceaccounts \"bot\" is forbidden: User \"alice\" cannot impersonate resource \"serviceaccounts\" in"
                        + " API group \"\" in the namespace \"ns\"",
                message(account));
    }

    @Test
    void demandsAUserToImpersonate() {
        HttpResponse<String> response = server.get(CM, "Impersonate-Group", "x");
        assertEquals(400, response.statusCode());
        assertEquals("requested [{Group  x    }] without impersonating a user", message(response));
    }

    @Test
    void limitsANodeToItself() {
        String list = "/api/v1/pods?fieldSelector=spec.nodeName%3D";
        assertEquals(200, server.withToken("node-token", "GET", list + "node-a").statusCode());
        assertEquals(
                "pods is forbidden: User \"system:node:node-a\" cannot list resource \"pods\" in API group \"\" at the"
                        + " cluster scope: can only list/watch pods with spec.nodeName field selector",
                message(server.withToken("node-token", "GET", list + "node-b")));
        HttpClient node = server.anonymous();
        HttpResponse<String> other = server.send(
                node,
                "POST",
                "/api/v1/nodes",
                "{\"metadata\":{\"name\":\"node-b\"}}",
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer node-token");
        assertEquals(403, other.statusCode());
        assertEquals(
                "nodes \"node-b\" is forbidden: node \"node-a\" is not allowed to modify node \"node-b\"",
                message(other));
        HttpResponse<String> own = server.send(
                node,
                "POST",
                "/api/v1/nodes",
                "{\"metadata\":{\"name\":\"node-a\"}}",
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer node-token");
        assertEquals(201, own.statusCode(), own.body());
    }
}
