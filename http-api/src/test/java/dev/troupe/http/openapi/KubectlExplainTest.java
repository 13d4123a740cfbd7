package dev.troupe.http.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.troupe.http.ApiDocuments;
import dev.troupe.http.DocumentSource;
import dev.troupe.http.DocumentSource.Document;
import dev.troupe.http.DocumentSource.DocumentRequest;
import dev.troupe.http.discovery.BareKinds;
import dev.troupe.http.discovery.ReviewTypes;
import dev.troupe.http.discovery.ServedApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl reads the documents; without one on the path there is nothing to try. */
class KubectlExplainTest {
    private static final String VERSION =
            "{\"major\":\"1\",\"minor\":\"32\",\"gitVersion\":\"v1.32.0\",\"platform\":\"linux/amd64\"}";

    @TempDir
    static Path home;

    private static HttpServer server;

    private record Result(int code, String out, String err) {}

    @BeforeAll
    static void serveDocuments() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        DocumentSource documents = new ApiDocuments(
                ServedApi.of(BareKinds.common(), List.of(ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS)),
                "v1.32.0",
                () -> "127.0.0.1:" + server.getAddress().getPort(),
                InstantSource.system());
        server.createContext("/", exchange -> answer(documents, exchange));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static void answer(DocumentSource documents, HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Map<String, String> query = new HashMap<>();
        String text = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        for (String pair : text.split("&")) {
            query.put(pair.split("=")[0], pair.substring(pair.indexOf('=') + 1));
        }
        Document document = documents
                .find(new DocumentRequest(path, query, header(exchange, "Accept"), header(exchange, "If-None-Match")))
                .orElseGet(() -> new Document(
                        path.equals("/version") ? 200 : 404,
                        "application/json",
                        VERSION.getBytes(StandardCharsets.UTF_8),
                        Map.of()));
        exchange.getResponseHeaders().set("Content-Type", document.contentType());
        document.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(document.code(), document.body().length == 0 ? -1 : document.body().length);
        exchange.getResponseBody().write(document.body());
        exchange.close();
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    @Test
    void listsTheServedResources() throws Exception {
        Result result = kubectl("api-resources", "--namespaced=false", "-o", "wide");
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out()
                        .lines()
                        .anyMatch(line -> line.matches(
                                "namespaces +ns +v1 +false +Namespace +create,delete,get,list,patch,update,watch *")),
                result.out());
    }

    @Test
    void explainsAKind() throws Exception {
        Result result = kubectl("explain", "pod");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().startsWith("""
                                KIND:       Pod
                                VERSION:    v1

                                DESCRIPTION:
                                    Pod is a collection of containers that can run on a host. This resource is
                                    created by clients and scheduled onto hosts.
                                """), result.out());
        assertTrue(result.out().contains("""
                                  spec	<PodSpec>
                                    Specification of the desired behavior of the pod. More info:
                                    https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status
                                """), result.out());
    }

    @Test
    void explainsFieldsRecursively() throws Exception {
        Result strategy = kubectl("explain", "deployment.spec.strategy", "--recursive");
        assertEquals(0, strategy.code(), strategy.err());
        assertTrue(
                strategy.out()
                        .startsWith("GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: strategy"
                                + " <DeploymentStrategy>\n"),
                strategy.out());
        assertTrue(
                strategy.out()
                        .contains("  rollingUpdate\t<RollingUpdateDeployment>\n    maxSurge\t<IntOrString>\n"
                                + "    maxUnavailable\t<IntOrString>\n  type\t<string>\n"),
                strategy.out());
        Result service = kubectl("explain", "service.spec", "--recursive");
        assertTrue(
                service.out()
                        .contains(
                                "    port\t<integer> -required-\n    protocol\t<string>\n    targetPort\t<IntOrString>"),
                service.out());
        Result resources = kubectl("explain", "pod.spec.containers.resources");
        assertTrue(resources.out().contains("  limits\t<map[string]Quantity>\n"), resources.out());
        Result metadata = kubectl("explain", "pod.metadata");
        assertTrue(metadata.out().contains("  creationTimestamp\t<string>\n"), metadata.out());
        Result lease = kubectl("explain", "lease.spec");
        assertTrue(lease.out().contains("  renewTime\t<string>\n"), lease.out());
    }

    @Test
    void saysWhichFieldDoesNotExist() throws Exception {
        Result result = kubectl("explain", "pod.spec.nosuchfield");
        assertEquals(1, result.code());
        assertEquals("error: field \"nosuchfield\" does not exist", result.err().strip());
    }

    @Test
    void explainsFromTheOlderDocument() throws Exception {
        Result result = kubectl("explain", "service.spec", "--recursive", "--output=plaintext-openapiv2");
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out()
                        .startsWith(
                                "KIND:     Service\nVERSION:  v1\n\nRESOURCE: spec <Object>\n\nDESCRIPTION:\n     Spec"
                                        + " defines the behavior of a service.\n"),
                result.out());
        assertTrue(
                result.out()
                        .contains("   sessionAffinityConfig\t<Object>\n      clientIP\t<Object>\n"
                                + "         timeoutSeconds\t<integer>\n"),
                result.out());
    }

    private static Result kubectl(String... arguments) throws IOException, InterruptedException {
        assumeTrue(onPath(), "no kubectl on the path");
        List<String> command = new ArrayList<>(List.of(
                "kubectl",
                "--server=http://127.0.0.1:" + server.getAddress().getPort(),
                "--cache-dir=" + home.resolve("cache")));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECONFIG", home.resolve("none").toString());
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("kubectl does not end: " + command);
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static boolean onPath() {
        for (String folder :
                Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")) {
            if (Files.isExecutable(Path.of(folder, "kubectl"))) {
                return true;
            }
        }
        return false;
    }
}
