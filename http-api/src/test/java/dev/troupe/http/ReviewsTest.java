package dev.troupe.http;

import static dev.troupe.http.RunningApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewsTest {
    private static final String AUTHORIZATION = "/apis/authorization.k8s.io/v1/";
    private static final String AUTHENTICATION = "/apis/authentication.k8s.io/v1/";
    private static RunningApiServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningApiServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> asAlice(String path, String body) {
        return server.send(
                server.anonymous(),
                "POST",
                path,
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer alice-token");
    }

    private static HttpResponse<String> asAdmin(String path, String body) {
        return server.send("POST", path, body, "Content-Type", "application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\",\"namespace\":\"n\"}}|false",
                "{\"nonResourceAttributes\":{\"verb\":\"get\",\"path\":\"/healthz\"}}|true",
                "{\"nonResourceAttributes\":{\"verb\":\"get\",\"path\":\"/metrics\"}}|false",
                "{\"resourceAttributes\":{\"verb\":\"create\",\"group\":\"authentication.k8s.io\","
                        + "\"resource\":\"selfsubjectreviews\"}}|true",
            })
    void saysWhetherTheCallerMay(String spec, boolean allowed) {
        HttpResponse<String> response = asAlice(AUTHORIZATION + "selfsubjectaccessreviews", "{\"spec\":" + spec + "}");
        assertEquals(201, response.statusCode(), response.body());
        JsonNode review = json(response);
        assertEquals("SelfSubjectAccessReview", review.path("kind").asText());
        assertEquals(allowed, review.at("/status/allowed").asBoolean());
        assertTrue(review.path("spec").size() == 1);
    }

    @Test
    void demandsOneQuestion() {
        for (String spec : new String[] {
            "{}", "{\"resourceAttributes\":{\"verb\":\"get\"},\"nonResourceAttributes\":{\"verb\":\"get\"}}"
        }) {
            HttpResponse<String> response =
                    asAlice(AUTHORIZATION + "selfsubjectaccessreviews", "{\"spec\":" + spec + "}");
            assertEquals(422, response.statusCode(), response.body());
        }
    }

    @Test
    void listsTheCallersRules() {
        HttpResponse<String> response =
                asAlice(AUTHORIZATION + "selfsubjectrulesreviews", "{\"spec\":{\"namespace\":\"rec\"}}");
        JsonNode status = json(response).path("status");
        assertFalse(status.path("incomplete").asBoolean());
        assertEquals("create", status.at("/resourceRules/0/verbs/0").asText());
        assertEquals(
                "/healthz", status.at("/nonResourceRules/0/nonResourceURLs/0").asText());
        assertEquals(
                400,
                asAlice(AUTHORIZATION + "selfsubjectrulesreviews", "{\"spec\":{}}")
                        .statusCode());
    }

    @Test
    void saysWhoTheCallerIs() {
        JsonNode user =
                json(asAlice(AUTHENTICATION + "selfsubjectreviews", "{}")).at("/status/userInfo");
        assertEquals("alice", user.path("username").asText());
        assertEquals("uid-alice", user.path("uid").asText());
        assertEquals(
                "[\"developers\",\"system:authenticated\"]", user.path("groups").toString());
    }

    @Test
    void saysWhoseATokenIs() {
        JsonNode known = json(asAdmin(AUTHENTICATION + "tokenreviews", "{\"spec\":{\"token\":\"alice-token\"}}"));
        assertTrue(known.at("/status/authenticated").asBoolean());
        assertEquals("alice", known.at("/status/user/username").asText());
        JsonNode unknown = json(asAdmin(AUTHENTICATION + "tokenreviews", "{\"spec\":{\"token\":\"nope\"}}"));
        assertEquals("invalid bearer token", unknown.at("/status/error").asText());
        assertEquals(
                403,
                asAlice(AUTHENTICATION + "tokenreviews", "{\"spec\":{\"token\":\"x\"}}")
                        .statusCode());
    }

    @Test
    void saysWhetherAnotherMay() {
        String spec = "{\"spec\":{\"user\":\"system:node:node-a\",\"groups\":[\"system:nodes\"],"
                + "\"resourceAttributes\":{\"verb\":\"list\",\"resource\":\"services\",\"namespace\":\"n\"}}}";
        assertTrue(json(asAdmin(AUTHORIZATION + "subjectaccessreviews", spec))
                .at("/status/allowed")
                .asBoolean());
        String local = "/apis/authorization.k8s.io/v1/namespaces/%s/localsubjectaccessreviews";
        assertTrue(
                json(asAdmin(local.formatted("n"), spec)).at("/status/allowed").asBoolean());
        assertEquals(400, asAdmin(local.formatted("other"), spec).statusCode());
    }

    @Test
    void keepsNoReviews() {
        assertEquals(405, server.get(AUTHORIZATION + "selfsubjectaccessreviews").statusCode());
        assertEquals(
                404, server.get(AUTHORIZATION + "selfsubjectaccessreviews/x").statusCode());
    }
}
