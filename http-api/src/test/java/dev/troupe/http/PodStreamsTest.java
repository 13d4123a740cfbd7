package dev.troupe.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.config.Kubeconfig;
import dev.troupe.config.pki.CertificateAuthority;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs and commands through the server to a node. */
@Timeout(60)
class PodStreamsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods/";

    @TempDir
    static Path home;

    private static RunningApiServer server;
    private static FakeNode node;

    @BeforeAll
    static void start() throws IOException {
        server = new RunningApiServer.Config().allowingLocalNodes().start();
        node = FakeNode.start(server.authority(), "n1");
        givenNode(server, "n1", "127.0.0.1", node.port());
        givenPod("one", "n1", "c");
        givenPod("two", "n1", "c", "sidecar");
        givenPod("pending", "", "c");
    }

    @AfterAll
    static void stop() {
        node.close();
        server.close();
    }

    private static void givenNode(RunningApiServer at, String name, String address, int port) {
        at.objects().given("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"" + name + "\"}}");
        HttpResponse<String> reported = at.send(
                "PATCH",
                "/api/v1/nodes/" + name + "/status",
                "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"" + address + "\"}],"
                        + "\"daemonEndpoints\":{\"kubeletEndpoint\":{\"Port\":" + port + "}}}}",
                "Content-Type",
                "application/merge-patch+json");
        assertEquals(200, reported.statusCode(), reported.body());
    }

    private static void givenPod(String name, String nodeName, String... containers) {
        StringBuilder list = new StringBuilder();
        for (String container : containers) {
            list.append(list.isEmpty() ? "" : ",").append("{\"name\":\"" + container + "\",\"image\":\"i\"}");
        }
        server.objects()
                .given("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"" + name
                        + "\",\"namespace\":\"default\"},\"spec\":{\"nodeName\":\"" + nodeName + "\",\"containers\":["
                        + list
                        + "]}}");
    }

    @Test
    void passesALogThrough() {
        HttpResponse<String> log = server.get(PODS + "one/log");
        assertEquals(200, log.statusCode());
        assertEquals(
                "text/plain; charset=UTF-8",
                log.headers().firstValue("content-type").orElse(""));
        assertEquals("/containerLogs/default/one/c\n", log.body());
    }

    @Test
    void passesTheOptionsOfALog() {
        assertEquals(
                "/containerLogs/default/two/sidecar?previous=true&timestamps=true&sinceSeconds=60&tailLines=5"
                        + "&limitBytes=100\n",
                server.get(PODS + "two/log?container=sidecar&previous=true&timestamps=true&sinceSeconds=60&tailLines=5"
                                + "&limitBytes=100&follow=false&pretty=false")
                        .body());
    }

    @Test
    void followsALogLineByLineUntilTheClientGoes() throws Exception {
        HttpResponse<InputStream> log = server.admin()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + PODS + "one/log?follow=true"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(log.body(), StandardCharsets.UTF_8))) {
            FakeNode.Follower follower = node.follower();
            for (int i = 0; i < 3; i++) {
                follower.write("line " + i + "\n");
                assertEquals("line " + i, lines.readLine());
            }
            lines.close();
            follower.awaitGone();
        }
    }

    @Test
    void showsNoLogOfAPodWithoutANode() {
        HttpResponse<String> log = server.get(PODS + "pending/log");
        assertEquals(200, log.statusCode());
        assertEquals("", log.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "missing/log|404|pods \"missing\" not found",
                "two/log|400|a container name must be specified for pod two, choose one of: [c sidecar]",
                "one/log?container=nope|400|container nope is not valid for pod one",
                "one/log?tailLines=x|400|strconv.ParseInt: parsing \"x\": invalid syntax",
                "one/log?tailLines=-1|422|PodLogOptions \"one\" is invalid: tailLines: Invalid value: -1: must be greater"
                        + " than or equal to 0",
                "one/log?limitBytes=0|422|PodLogOptions \"one\" is invalid: limitBytes: Invalid value: 0: must be greater"
                        + " than 0",
                "one/log?container=c&sinceSeconds=666|400|container \"c\" in pod \"one\" is waiting to start:"
                        + " ContainerCreating",
                "one/exec?command=ls|400|Upgrade request required",
                "missing/exec?command=ls|404|pods \"missing\" not found",
                "one/exec?command=ls&container=nope|400|container nope is not valid for pod one",
                "pending/exec?command=ls|400|pod pending does not have a host assigned",
                "one/exec|400|you must specify at least one command for the container",
            })
    void explainsWhatIsWrong(String path, int code, String message) {
        HttpResponse<String> response = server.get(PODS + path);
        assertEquals(code, response.statusCode(), response.body());
        JsonNode status = RunningApiServer.json(response);
        assertEquals(message, status.path("message").asText());
    }

    @Test
    void refusesANodeThatIsAnother() throws Exception {
        try (FakeNode impostor = FakeNode.start(server.authority(), "somebody-else");
                FakeNode stranger =
                        FakeNode.start(CertificateAuthority.create("test-ca", java.time.Instant.now()), "n3")) {
            givenNode(server, "n2", "127.0.0.1", impostor.port());
            givenNode(server, "n3", "127.0.0.1", stranger.port());
            givenPod("on-n2", "n2", "c");
            givenPod("on-n3", "n3", "c");
            for (String pod : new String[] {"on-n2", "on-n3"}) {
                HttpResponse<String> response = server.get(PODS + pod + "/log");
                assertEquals(500, response.statusCode(), response.body());
                assertTrue(
                        RunningApiServer.json(response).path("message").asText().contains("error dialing backend"),
                        response.body());
            }
        }
    }

    /** CVE-2022-3294 and its like: a node's status must not point the server at itself. */
    @Test
    void callsNoAddressThatIsNotAllowed() throws Exception {
        try (RunningApiServer strict = RunningApiServer.start()) {
            int number = 0;
            for (String address :
                    new String[] {"127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"}) {
                String name = "bad-" + number++;
                givenNode(strict, name, address, 10250);
                strict.objects()
                        .given("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"" + name
                                + "\",\"namespace\":\"default\"},\"spec\":{\"nodeName\":\"" + name
                                + "\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
                HttpResponse<String> response = strict.get(PODS + name + "/log");
                assertEquals(400, response.statusCode(), address);
                assertEquals(
                        "address not allowed",
                        RunningApiServer.json(response).path("message").asText());
            }
        }
    }

    /** CVE-2020-8559: a node must not send the server elsewhere. */
    @Test
    void followsNoRedirects() {
        HttpResponse<String> response = server.get(PODS + "one/log?container=c&sinceSeconds=777");
        assertEquals(500, response.statusCode());
        assertEquals(
                "Internal error occurred: the node answered 302: elsewhere",
                RunningApiServer.json(response).path("message").asText());
    }

    @Test
    void tellsThatANodeIsAway() {
        givenNode(server, "away", "127.0.0.1", 1);
        givenPod("on-away", "away", "c");
        HttpResponse<String> response = server.get(PODS + "on-away/log");
        assertEquals(500, response.statusCode());
        assertEquals(
                "Internal error occurred: error dialing backend: node away at 127.0.0.1:1: Connection refused",
                RunningApiServer.json(response).path("message").asText());
    }

    /** What a client received. */
    private static final class Received implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            partial.append(new String(bytes, StandardCharsets.ISO_8859_1));
            if (last) {
                messages.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(null);
        }

        String next() throws InterruptedException {
            String message = messages.poll(20, TimeUnit.SECONDS);
            return message == null ? "nothing came" : message;
        }
    }

    private static WebSocket open(String path, String protocol, Received received) {
        return server.admin()
                .newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(URI.create(server.url().replace("https", "wss") + path), received)
                .join();
    }

    @ParameterizedTest
    @CsvSource({"v5.channel.k8s.io", "v4.channel.k8s.io"})
    void passesFramesBothWays(String protocol) throws Exception {
        Received received = new Received();
        WebSocket socket =
                open(PODS + "one/exec?command=cat&command=a%20b&stdin=true&stdout=true&tty=true", protocol, received);
        assertEquals(protocol, socket.getSubprotocol());
        // The node tells what it was asked, then echoes standard input as standard output.
        assertEquals(
                "\u0001/exec/default/one/c?stdin=true&stdout=true&tty=true&command=cat&command=a%20b", received.next());
        socket.sendBinary(ByteBuffer.wrap("\0hello".getBytes(StandardCharsets.ISO_8859_1)), true)
                .join();
        assertEquals("\u0001hello", received.next());
        String large = "x".repeat(200_000);
        socket.sendBinary(ByteBuffer.wrap(("\0" + large).getBytes(StandardCharsets.ISO_8859_1)), true)
                .join();
        assertEquals("\u0001" + large, received.next());
        socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 0xff, 0}), true).join();
        assertEquals("\u0003{\"status\":\"Success\"}", received.next());
        assertEquals(1000, received.closed.get(20, TimeUnit.SECONDS));
    }

    @Test
    void opensNoSocketInAnUnknownProtocol() {
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> open(PODS + "one/exec?command=ls", "v9.channel.k8s.io", new Received()));
        assertEquals(
                400,
                ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode());
    }

    @Test
    void passesANodesRefusalOn() {
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> open(PODS + "one/exec?command=refuse", "v5.channel.k8s.io", new Received()));
        assertEquals(
                404,
                ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode());
    }

    /** What kubectl asks for after a WebSocket was refused, and what its user then reads. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one/exec?command=refuse|404|container not found",
                "pending/exec?command=ls|400|pod pending does not have a host assigned",
            })
    void tellsTheReasonOverSpdyToo(String path, int code, String message) throws IOException {
        JsonNode status = dev.troupe.model.json.Json.parseObject(
                RawHttp.get(server, PODS + path, "Connection: upgrade", "Upgrade: SPDY/3.1"));
        assertEquals(message, status.path("message").asText());
        assertEquals(code, status.path("code").asInt());
    }

    @Test
    void endsACommandWhoseClientHasGone() throws Exception {
        Received received = new Received();
        WebSocket socket = open(PODS + "one/exec?command=cat&stdin=true&stdout=true", "v5.channel.k8s.io", received);
        received.next();
        int before = node.endedCommands();
        socket.abort();
        Await.until(() -> node.endedCommands() > before);
    }

    @Test
    void servesTheRealKubectl() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
                "no kubectl on the path");
        Kubeconfig.write(home.resolve("config"), server.url(), server.issue("admin", "system:masters"));
        assertEquals("/containerLogs/default/one/c\n", kubectl("", "logs", "one"));
        assertEquals(
                "/exec/default/one/c?stdout=true&stderr=true&command=true", kubectl("", "exec", "one", "--", "true"));
        assertEquals(
                "/exec/default/one/c?stdin=true&stdout=true&stderr=true&command=catfrom standard input",
                kubectl("from standard input", "exec", "-i", "one", "--", "cat"));
    }

    private static String kubectl(String input, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toList());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECACHEDIR", home.resolve("cache").toString());
        builder.environment().put("KUBECONFIG", home.resolve("config").toString());
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), out + err);
        return out;
    }
}
