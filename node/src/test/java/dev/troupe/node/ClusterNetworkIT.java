package dev.troupe.node;

import static dev.troupe.node.TestNode.condition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.model.json.Json;
import dev.troupe.node.docker.DockerContainerRuntime;
import dev.troupe.node.docker.RealEngine;
import dev.troupe.node.endpoint.NodeEndpoint;
import dev.troupe.node.endpoint.NodeEndpointSettings;
import dev.troupe.node.network.CommandRunner;
import dev.troupe.node.network.Ipv4Range;
import dev.troupe.node.network.PodNetworkSettings;
import dev.troupe.node.testkit.Terminal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A whole node on this machine: real containers, network, services, names, and its HTTPS port. */
@Tag("docker")
@EnabledIf("dev.troupe.node.docker.RealEngine#isPossible")
@ExtendWith(RealEngine.class)
@Timeout(120)
class ClusterNetworkIT {
    private static final Duration DAY = Duration.ofDays(1);
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("troupe-ca", Instant.now().minus(DAY));

    @TempDir
    Path folder;

    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final CommandRunner commands = CommandRunner.here(Duration.ofSeconds(30));
    private String before;
    private ClusterNetworkSettings settings;
    private ClusterNetwork network;
    private DockerContainerRuntime runtime;
    private TestNode node;
    private NodeEndpoint endpoint;
    private HttpClient client;

    @BeforeEach
    void start(RealEngine.Running engine) throws Exception {
        before = state();
        Path resolvers = Files.writeString(folder.resolve("resolv.conf"), "");
        settings = new ClusterNetworkSettings(
                "node-1",
                "192.0.2.1",
                new PodNetworkSettings(
                        "troupeit1",
                        Ipv4Range.parse("10.244.78.0/24"),
                        Ipv4Range.parse("10.244.0.0/16"),
                        1500,
                        folder.resolve("addresses")),
                new ClusterNetworkSettings.Dns("cluster.local", "10.96.0.10", 0, resolvers));
        network = ClusterNetwork.open(settings);
        runtime = engine.connect();
        node = new TestNode(runtime, network.pods(), folder.resolve("node")).start();
        node.actors().spawn(network.follow(node.apiAccess(), blocking));
        Instant now = Instant.now();
        endpoint = NodeEndpoint.start(
                        node.actors().system(),
                        new NodeEndpointSettings(
                                "127.0.0.1", 0, Set.of("troupe:apiserver"), NodeEndpointSettings.Limits.DEFAULT),
                        AUTHORITY.issueServer(
                                "system:node:node-1", List.of(), List.of(InetAddress.getByName("127.0.0.1")), now, DAY),
                        new NodeEndpoint.Parts(node.pods(), runtime, InstantSource.system()))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        client = HttpClient.newBuilder()
                .sslContext(TlsContexts.of(AUTHORITY.issueClient("api", List.of("troupe:apiserver"), now, DAY)))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        node.stopActor();
        node.removeAll();
        node.close();
        network.close();
        blocking.close();
        runtime.close();
        ClusterNetwork.remove(settings);
        assertEquals(before, state());
    }

    private String state() throws IOException {
        return commands.run(
                "sh",
                "-c",
                "ip -o link | cut -d: -f2; ip route; iptables-save | grep -E '^-A|KUBE|TROUPE'" + " | sort || true");
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + endpoint.address().getPort() + path);
    }

    private Terminal exec(String pod, String input, String... command) throws Exception {
        StringBuilder path = new StringBuilder("/exec/default/" + pod + "/c?stdin=1&stdout=1&stderr=1");
        for (String word : command) {
            path.append("&command=").append(URLEncoder.encode(word, StandardCharsets.UTF_8));
        }
        Terminal terminal = new Terminal();
        WebSocket socket = client.newWebSocketBuilder()
                .subprotocols("v5.channel.k8s.io")
                .buildAsync(uri("wss", path.toString()), terminal)
                .get(30, TimeUnit.SECONDS);
        socket.sendBinary(Terminal.frame(0, input), true).get(30, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 255, 0}), true).get(30, TimeUnit.SECONDS);
        assertEquals(WebSocket.NORMAL_CLOSURE, terminal.closed().get(60, TimeUnit.SECONDS));
        return terminal;
    }

    @Test
    void podsFindEachOtherByNameAndTheApiServerFindsThem() throws Exception {
        node.givenPod("web", """
                "containers":[{"name":"c","image":"troupe/web:1","readinessProbe":{"tcpSocket":{"port":8080},"periodSeconds":1}}]""");
        node.givenPod("client", """
                "containers":[{"name":"c","image":"troupe/web:1","command":["sh","-c","echo started; exec sleep 1000"]}]""");
        JsonNode web = node.awaitPod("web", pod -> condition(pod, "Ready").equals("True"));
        node.awaitPod("client", pod -> condition(pod, "Ready").equals("True"));
        node.api.given("""
                {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web"},
                 "spec":{"type":"NodePort","clusterIP":"10.96.77.20","selector":{"app":"web"},
                 "ports":[{"name":"http","port":80,"targetPort":8080,"nodePort":30987}]}}""");
        node.api.given("""
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                 "metadata":{"namespace":"default","name":"web-1","labels":{"kubernetes.io/service-name":"web"}},
                 "ports":[{"name":"http","protocol":"TCP","port":8080}],
                 "endpoints":[{"addresses":["%s"],"conditions":{"ready":true}}]}""".formatted(Json.text(web, "status", "podIP")));

        // Names take the way pod, proxy, server; the page the way pod, proxy, pod.
        Terminal page = exec("client", "", "sh", "-c", """
                for i in $(seq 50); do wget -qO- http://web/cgi-bin/index.cgi && exit 4; usleep 100000; done; exit 1""");
        assertTrue(page.text(1).contains("web"), page.text(1) + page.text(2));
        assertTrue(page.text(3).contains("\"message\":\"4\""), page.text(3));
        String fromHost =
                commands.run("sh", "-c", "timeout 10 busybox wget -qO- http://127.0.0.1:30987/cgi-bin/index.cgi");
        assertTrue(fromHost.contains("web"), fromHost);

        Terminal echo = exec("client", "through the pipe", "cat");
        assertEquals("through the pipe", echo.text(1));
        assertEquals("{\"metadata\":{},\"status\":\"Success\"}", echo.text(3));
        HttpResponse<String> log = client.send(
                HttpRequest.newBuilder(uri("https", "/containerLogs/default/client/c?tailLines=1"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals("started\n", log.body());
        assertFalse(commands.run("iptables-save").isBlank());
    }
}
