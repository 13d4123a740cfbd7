package dev.troupe.node.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.model.json.Json;
import dev.troupe.node.NodePods;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.testkit.NetworkLab;
import dev.troupe.node.testkit.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeEndpointTest {
    private static final Instant NOW = Instant.now();
    private static final Duration DAY = Duration.ofDays(1);
    private static final String API_GROUP = "troupe:apiserver";

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("troupe-ca", NOW.minus(DAY));
    private static final Credentials API_SERVER = AUTHORITY.issueClient("apiserver", List.of(API_GROUP), NOW, DAY);

    private static final JsonNode POD = Json.parseObject("""
            {"metadata":{"namespace":"ns","name":"p"},
             "spec":{"containers":[{"name":"c"},{"name":"term","tty":true},{"name":"pulling"},{"name":"crashing"},{"name":"new"}],
               "initContainers":[{"name":"init"}]},
             "status":{"containerStatuses":[
               {"name":"c","containerID":"docker://c2","state":{"running":{}},"lastState":{"terminated":{"containerID":"docker://c1"}}},
               {"name":"term","containerID":"docker://t1","state":{"running":{}}},
               {"name":"pulling","state":{"waiting":{"reason":"ImagePullBackOff"}}},
               {"name":"crashing","state":{"waiting":{"reason":"CrashLoopBackOff"}},
                 "lastState":{"terminated":{"containerID":"docker://x1"}}}],
              "initContainerStatuses":[{"name":"init","state":{"terminated":{"containerID":"docker://i1"}}}]}}""");

    private final ActorTestKit actors = ActorTestKit.create();
    private final FakeRuntime runtime = new FakeRuntime();
    private NodeEndpoint endpoint;

    @BeforeEach
    void start() throws Exception {
        NodePods pods = new NodePods() {
            @Override
            public Optional<JsonNode> find(String namespace, String name) {
                return namespace.equals("ns") && name.equals("p") ? Optional.of(POD) : Optional.empty();
            }

            @Override
            public List<JsonNode> all() {
                return List.of(POD);
            }
        };
        Credentials server = AUTHORITY.issueServer(
                "system:node:n1", List.of("localhost"), List.of(InetAddress.getByName("127.0.0.1")), NOW, DAY);
        endpoint = NodeEndpoint.start(
                        actors.system(),
                        new NodeEndpointSettings(
                                "127.0.0.1",
                                0,
                                Set.of(API_GROUP, "system:masters"),
                                new NodeEndpointSettings.Limits(64, 3, Duration.ofSeconds(20))),
                        server,
                        new NodeEndpoint.Parts(
                                pods, runtime, InstantSource.fixed(Instant.parse("2026-01-01T00:01:00Z"))))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        actors.shutdownTestKit();
    }

    private static HttpClient client(Credentials credentials) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsContexts.of(credentials))
                .build();
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + endpoint.address().getPort() + path);
    }

    private String send(HttpClient client, String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("https", path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body().strip();
    }

    private String get(String path) throws Exception {
        return send(client(API_SERVER), "GET", path);
    }

    @Test
    void servesOnlyCertificatesOfTheAllowedGroups() throws Exception {
        CertificateAuthority forger = CertificateAuthority.create("troupe-ca", NOW.minus(DAY));
        Map<String, HttpClient> clients = Map.of(
                "api server 200", client(API_SERVER),
                "administrator 200", client(AUTHORITY.issueClient("admin", List.of("system:masters"), NOW, DAY)),
                "another node 403", client(AUTHORITY.issueClient("system:node:n2", List.of("system:nodes"), NOW, DAY)),
                "nobody's group 403", client(AUTHORITY.issueClient("apiserver", List.of(), NOW, DAY)),
                "expired 401",
                        client(AUTHORITY.issueClient(
                                "apiserver", List.of(API_GROUP), NOW.minus(DAY), Duration.ofHours(1))),
                "forged 401", client(trusting(forger.issueClient("apiserver", List.of(API_GROUP), NOW, DAY))),
                "a server's without a user 401", client(AUTHORITY.issueClient("", List.of(API_GROUP), NOW, DAY)),
                "none 401",
                        HttpClient.newBuilder()
                                .sslContext(TlsContexts.trusting(AUTHORITY.certificate()))
                                .build());
        for (Map.Entry<String, HttpClient> client : clients.entrySet()) {
            for (String path : List.of("/healthz", "/pods", "/containerLogs/ns/p/c", "/exec/ns/p/c?command=x", "/x")) {
                String answer = send(client.getValue(), "GET", path);
                String code = client.getKey().substring(client.getKey().length() - 3);
                if (!code.equals("200") || path.equals("/healthz")) {
                    assertTrue(answer.startsWith(code), client.getKey() + " " + path + ": " + answer);
                }
            }
        }
        assertEquals(
                0,
                runtime.asked.stream().filter(asked -> !asked.startsWith("c2 ")).count());
    }

    /** Of a forged authority of the same name, but believing in the true one. */
    private static Credentials trusting(Credentials forged) {
        return new Credentials(forged.key(), forged.certificate(), AUTHORITY.certificate());
    }

    @Test
    void speaksNothingButTls() {
        HttpRequest plain = HttpRequest.newBuilder(uri("http", "/healthz")).build();
        assertThrows(
                IOException.class, () -> HttpClient.newHttpClient().send(plain, HttpResponse.BodyHandlers.ofString()));
    }

    @Test
    void listsThePodsOfTheNode() throws Exception {
        String answer = get("/pods");
        JsonNode list = Json.parseObject(answer.substring(4));
        assertEquals("PodList", Json.text(list, "kind"));
        assertEquals("p", Json.text(list.path("items").get(0), "metadata", "name"));
        assertEquals("200 ok", get("/healthz"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /containerLogs/ns/gone/c            | 404 pod \"gone\" does not exist",
                "GET  | /containerLogs/ns/p/nope            | 404 container \"nope\" not found in pod \"p\"",
                "GET  | /containerLogs/ns/p/new             | 400 container \"new\" in pod \"p\" is not available",
                "GET  | /containerLogs/ns/p/pulling         | 400 container \"pulling\" in pod \"p\" is waiting to start: trying and failing to pull image",
                "GET  | /containerLogs/ns/p/init?previous=1 | 400 previous terminated container \"init\" in pod \"p\" not found",
                "GET  | /containerLogs/ns/p/c?tailLines=-1  | 400 tailLines: Invalid value: \"-1\": must be a number of at least 0",
                "GET  | /containerLogs/ns/p/c?limitBytes=0  | 400 limitBytes: Invalid value: \"0\": must be a number of at least 1",
                "GET  | /containerLogs/ns/p/c?sinceTime=x   | 400 sinceTime: Invalid value: \"x\": must be a time as in RFC 3339",
                "GET  | /containerLogs/ns/p/c?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z | 400 at most one of `sinceTime` or `sinceSeconds` may be specified",
                "GET  | /containerLogs/ns/p                 | 404 404 page not found",
                "GET  | /containerLogs/ns/p/c/x             | 404 404 page not found",
                "POST | /containerLogs/ns/p/c               | 405 405: Method Not Allowed",
                "GET  | /stats                              | 404 404 page not found",
                "GET  | /                                   | 404 404 page not found",
                "POST | /exec/ns/gone/c?command=x&stdout=1  | 404 pod \"gone\" does not exist",
                "POST | /exec/ns/p/pulling?command=x&stdout=1 | 500 container not found (\"pulling\")",
                "POST | /exec/ns/p/c?command=x              | 400 you must specify at least 1 of stdin, stdout, stderr",
                "POST | /exec/ns/p/c?stdout=1               | 400 you must specify at least 1 command for the container",
                "POST | /exec/ns/p/c?command=x&stdout=1     | 400 commands need an upgrade to a WebSocket; SPDY/3.1 is not supported by this node",
                "POST | /portForward/ns/p                   | 501 port-forward is not supported by this node: it needs SPDY/3.1, which is not implemented",
            })
    void saysWhyNot(String method, String path, String expected) throws Exception {
        assertEquals(expected, send(client(API_SERVER), method, path));
        assertEquals(List.of(), runtime.asked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c?previous=false             | c2 LogRequest[follow=false, since=Optional.empty, tailLines=OptionalLong.empty, timestamps=false, limitBytes=OptionalLong.empty]",
                "c?previous=true&follow=0     | c1 LogRequest[follow=false, since=Optional.empty, tailLines=OptionalLong.empty, timestamps=false, limitBytes=OptionalLong.empty]",
                "init?timestamps=true         | i1 LogRequest[follow=false, since=Optional.empty, tailLines=OptionalLong.empty, timestamps=true, limitBytes=OptionalLong.empty]",
                "crashing?tailLines=0         | x1 LogRequest[follow=false, since=Optional.empty, tailLines=OptionalLong[0], timestamps=false, limitBytes=OptionalLong.empty]",
                "c?follow=true&limitBytes=9   | c2 LogRequest[follow=true, since=Optional.empty, tailLines=OptionalLong.empty, timestamps=false, limitBytes=OptionalLong[9]]",
                "c?sinceSeconds=60            | c2 LogRequest[follow=false, since=Optional[2026-01-01T00:00:00Z], tailLines=OptionalLong.empty, timestamps=false, limitBytes=OptionalLong.empty]",
                "c?sinceTime=2026-01-01T01:00:00%2B02:00 | c2 LogRequest[follow=false, since=Optional[2025-12-31T23:00:00Z], tailLines=OptionalLong.empty, timestamps=false, limitBytes=OptionalLong.empty]",
            })
    void asksTheRuntimeForTheLogThatIsMeant(String query, String expected) throws Exception {
        runtime.script = session -> session.say("one\ntwo\n");
        assertEquals("200 one\ntwo", get("/containerLogs/ns/p/" + query));
        assertEquals(List.of(expected), runtime.asked);
        assertTrue(runtime.sessions.get(0).closed.await(20, TimeUnit.SECONDS));
    }

    @Test
    void passesOnWhatTheRuntimeSays() throws Exception {
        runtime.failure = Optional.of(new ContainerRuntimeException(
                ContainerRuntimeException.Reason.UNSUPPORTED, "simulated containers have none"));
        assertEquals("501 simulated containers have none", get("/containerLogs/ns/p/c"));
        runtime.failure = Optional.of(new IOException("broken pipe"));
        assertEquals("500 broken pipe", get("/containerLogs/ns/p/c"));
    }

    @Test
    void sendsEachPieceOfAFollowedLogAtOnceAndStopsWhenTheClientLeaves() throws Exception {
        runtime.script = session -> {
            session.say("first\n");
            session.closed.await();
        };
        HttpClient client = client(API_SERVER);
        HttpRequest request = HttpRequest.newBuilder(uri("https", "/containerLogs/ns/p/c?follow=true"))
                .build();
        InputStream body =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        assertEquals("first\n", new String(body.readNBytes(6), StandardCharsets.UTF_8));
        FakeRuntime.Session session = runtime.sessions.get(0);
        assertEquals(1, session.closed.getCount());
        body.close();
        client.shutdownNow();
        assertTrue(session.closed.await(20, TimeUnit.SECONDS));
    }

    @Test
    void limitsHowManyStreamsAreOpen() throws Exception {
        runtime.script = session -> {
            session.say("x");
            session.closed.await();
        };
        HttpClient client = client(API_SERVER);
        HttpRequest request =
                HttpRequest.newBuilder(uri("https", "/containerLogs/ns/p/c")).build();
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    200,
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                            .statusCode());
        }
        assertEquals("503 too many logs and commands are open on this node: 3 at most", get("/containerLogs/ns/p/c"));
        runtime.sessions.forEach(FakeRuntime.Session::close);
        NetworkLab.await(() -> {
            try {
                HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                return response.statusCode() == 200;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        runtime.sessions.forEach(FakeRuntime.Session::close);
    }

    private WebSocket connect(String path, Terminal terminal, String first, String... more) {
        return client(API_SERVER)
                .newWebSocketBuilder()
                .subprotocols(first, more)
                .buildAsync(uri("wss", path), terminal)
                .join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v5.channel.k8s.io", "v4.channel.k8s.io"})
    void runsACommandWithItsOutputsAndExitCode(String version) throws Exception {
        runtime.script = session -> {
            session.say("to stdout");
            session.stderr.write("to stderr".getBytes());
            session.exitCode = 3;
        };
        Terminal terminal = new Terminal();
        WebSocket socket =
                connect("/exec/ns/p/c?command=sh&command=-c&command=exit+3%26&stdout=1&stderr=1", terminal, version);
        assertEquals(version, socket.getSubprotocol());
        assertEquals(WebSocket.NORMAL_CLOSURE, terminal.closed().get(20, TimeUnit.SECONDS));
        assertEquals("to stdout", terminal.text(1));
        assertEquals("to stderr", terminal.text(2));
        assertEquals(Json.parseObject("""
                        {"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: error executing command [sh -c exit 3&], exit code 3",
                         "reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"""), Json.parseObject(terminal.text(3)));
        assertEquals(
                List.of("ExecRequest[container=c2, command=[sh, -c, exit 3&], stdin=false, stdout=true, stderr=true,"
                        + " tty=false]"),
                runtime.asked);
    }

    @Test
    void prefersTheNewestVersionThatTheClientSpeaks() {
        Terminal terminal = new Terminal();
        WebSocket socket = connect(
                "/exec/ns/p/c?command=x&stdout=1",
                terminal,
                "channel.k8s.io",
                "v4.channel.k8s.io",
                "v5.channel.k8s.io");
        assertEquals("v5.channel.k8s.io", socket.getSubprotocol());
        CompletionException refused = assertThrows(
                CompletionException.class,
                () -> connect("/exec/ns/p/c?command=x&stdout=1", new Terminal(), "v3.channel.k8s.io"));
        assertEquals(
                400,
                ((WebSocketHandshakeException) refused.getCause()).getResponse().statusCode());
    }

    @Test
    void passesInputOnUntilItsEnd() throws Exception {
        runtime.script = session -> {
            session.say("ready;");
            session.say(new String(session.stdin.readAllBytes(), StandardCharsets.UTF_8));
        };
        Terminal terminal = new Terminal();
        WebSocket socket = connect("/exec/ns/p/c?command=cat&stdin=1&stdout=1", terminal, "v5.channel.k8s.io");
        // Longer than any buffer on the way, and in parts of messages.
        String line = "0123456789".repeat(1_000) + "\n";
        for (int i = 0; i < 40; i++) {
            socket.sendBinary(Terminal.frame(0, line.substring(0, 7)), true).get(20, TimeUnit.SECONDS);
            ByteBuffer rest = Terminal.frame(0, line.substring(7));
            ByteBuffer half = rest.slice(0, 500);
            socket.sendBinary(half, false).get(20, TimeUnit.SECONDS);
            socket.sendBinary(rest.slice(500, rest.remaining() - 500), true).get(20, TimeUnit.SECONDS);
        }
        socket.sendPing(ByteBuffer.allocate(4)).get(20, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 255, 0}), true).get(20, TimeUnit.SECONDS);
        assertEquals(WebSocket.NORMAL_CLOSURE, terminal.closed().get(20, TimeUnit.SECONDS));
        assertEquals("ready;" + line.repeat(40), terminal.text(1));
        assertEquals("{\"metadata\":{},\"status\":\"Success\"}", terminal.text(3));
    }

    @Test
    void resizesTheTerminalAndGivesItOneOutput() throws Exception {
        runtime.script = session -> {
            NetworkLab.await(() -> session.sizes.size() == 2);
            session.say("done");
        };
        Terminal terminal = new Terminal();
        WebSocket socket =
                connect("/exec/ns/p/c?command=sh&stdin=1&stdout=1&stderr=1&tty=1", terminal, "v5.channel.k8s.io");
        socket.sendBinary(Terminal.frame(4, "{\"Width\":80,\"Height\":24}\n"), true)
                .get(20, TimeUnit.SECONDS);
        socket.sendBinary(Terminal.frame(4, "junk"), true).get(20, TimeUnit.SECONDS);
        socket.sendBinary(Terminal.frame(9, "no such channel"), true).get(20, TimeUnit.SECONDS);
        socket.sendBinary(Terminal.frame(4, "{\"Width\":120,\"Height\":50}"), true)
                .get(20, TimeUnit.SECONDS);
        assertEquals(WebSocket.NORMAL_CLOSURE, terminal.closed().get(20, TimeUnit.SECONDS));
        assertEquals(List.of("80x24", "120x50"), runtime.sessions.get(0).sizes);
        assertTrue(runtime.asked.get(0).contains("stderr=false, tty=true"), runtime.asked.toString());
    }

    @Test
    void tellsOnTheErrorChannelThatACommandCannotBeRun() throws Exception {
        runtime.failure =
                Optional.of(new ContainerRuntimeException(ContainerRuntimeException.Reason.REFUSED, "no such file"));
        Terminal terminal = new Terminal();
        connect("/exec/ns/p/c?command=nope&stdout=1", terminal, "v5.channel.k8s.io");
        assertEquals(WebSocket.NORMAL_CLOSURE, terminal.closed().get(20, TimeUnit.SECONDS));
        JsonNode status = Json.parseObject(terminal.text(3));
        assertEquals("InternalError", Json.text(status, "reason"));
        assertEquals(
                "Internal error occurred: error executing command in container: no such file",
                Json.text(status, "message"));
        assertEquals(1, terminal.first().get(), "an empty message on the lowest output comes first");
    }

    @Test
    void letsGoOfACommandWhoseClientLeft() throws Exception {
        runtime.script = session -> session.closed.await();
        Terminal terminal = new Terminal();
        WebSocket socket = connect("/exec/ns/p/c?command=sleep&stdin=1&stdout=1", terminal, "v5.channel.k8s.io");
        terminal.first().get(20, TimeUnit.SECONDS);
        NetworkLab.await(() -> !runtime.sessions.isEmpty());
        socket.abort();
        assertTrue(runtime.sessions.get(0).closed.await(20, TimeUnit.SECONDS));
    }

    @Test
    void attachesToTheMainProcessAsItsContainerSays() throws Exception {
        runtime.script = session -> session.exitCode = 7;
        Terminal terminal = new Terminal();
        connect("/attach/ns/p/term?stdin=1&stdout=1", terminal, "v5.channel.k8s.io");
        assertEquals(WebSocket.NORMAL_CLOSURE, terminal.closed().get(20, TimeUnit.SECONDS));
        assertEquals(List.of("attach t1 true true"), runtime.asked);
        assertEquals("{\"metadata\":{},\"status\":\"Success\"}", terminal.text(3));
    }
}
