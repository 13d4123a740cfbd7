package dev.troupe.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.troupe.config.Kubeconfig;
import dev.troupe.model.kind.BuiltInTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl against the server over in-memory objects; without one on the path there is nothing to try. */
class KubectlTest {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %s}
            spec:
              replicas: 2
              selector: {matchLabels: {app: %1$s}}
              template:
                metadata: {labels: {app: %1$s}}
                spec: {containers: [{name: c, image: "nginx:1"}]}
            """;

    @TempDir
    static Path home;

    private static RunningApiServer server;

    private record Result(int code, String out, String err) {
        Result succeeded() {
            assertEquals(0, code, out + err);
            return this;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
                "no kubectl on the path");
        server = RunningApiServer.start();
        server.objects().given("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"default\"}}");
        Kubeconfig.write(home.resolve("config"), server.url(), server.issue("admin", "system:masters"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Process begin(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECACHEDIR", home.resolve("cache").toString());
        builder.environment().put("KUBECONFIG", home.resolve("config").toString());
        return builder.start();
    }

    private static Result kubectl(String... arguments) throws Exception {
        return withInput("", arguments);
    }

    private static Result withInput(String input, String... arguments) throws Exception {
        Process process = begin(arguments);
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Result(process.exitValue(), out, err);
    }

    @Test
    void createsAppliesAndChangesADeployment() throws Exception {
        String manifest = DEPLOYMENT.formatted("web");
        assertEquals(
                "deployment.apps/web created\n",
                withInput(manifest, "apply", "-f", "-").succeeded().out());
        assertEquals(
                "deployment.apps/web unchanged\n",
                withInput(manifest, "apply", "-f", "-").succeeded().out());
        assertEquals(
                "deployment.apps/web configured\n",
                withInput(manifest.replace("nginx:1", "nginx:2"), "apply", "-f", "-")
                        .succeeded()
                        .out());
        String wide =
                kubectl("get", "deployment", "web", "-o", "wide").succeeded().out();
        assertTrue(
                wide.lines()
                        .toList()
                        .get(0)
                        .matches("NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR *"),
                wide);
        assertTrue(wide.lines().toList().get(1).matches("web +0/2 +0 +0 +\\d+s +c +nginx:2 +app=web *"), wide);
        assertEquals(
                "deployment.apps/web scaled\n",
                kubectl("scale", "deployment/web", "--replicas=5").succeeded().out());
        assertEquals(
                "deployment.apps/web scaled\n",
                kubectl("scale", "deployment/web", "--current-replicas=5", "--replicas=3")
                        .succeeded()
                        .out());
        assertEquals(
                "deployment.apps/web image updated\n",
                kubectl("set", "image", "deployment/web", "c=nginx:3")
                        .succeeded()
                        .out());
        for (String[] patch : new String[][] {
            {
                "strategic",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"nginx:4\"}]}}}}"
            },
            {"merge", "{\"metadata\":{\"labels\":{\"patched\":\"yes\"}}}"},
            {"json", "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]"},
        }) {
            kubectl("patch", "deployment", "web", "--type=" + patch[0], "-p", patch[1])
                    .succeeded();
        }
        assertEquals(
                "1 nginx:4 yes",
                kubectl(
                                "get",
                                "deployment",
                                "web",
                                "-o",
                                "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}"
                                        + " {.metadata.labels.patched}")
                        .succeeded()
                        .out());
        assertEquals(
                "deployment.apps \"web\" deleted\n",
                kubectl("delete", "deployment", "web").succeeded().out());
    }

    @Test
    void createsWhatItEncodesItself() throws Exception {
        // These commands send protobuf.
        assertEquals(
                "deployment.apps/made created\n",
                kubectl("create", "deployment", "made", "--image=nginx", "--replicas=0")
                        .succeeded()
                        .out());
        assertEquals(
                0,
                server.objects()
                        .find(BuiltInTypes.DEPLOYMENTS, "default", "made")
                        .orElseThrow()
                        .tree()
                        .at("/spec/replicas")
                        .asInt());
        assertEquals(
                "configmap/made created\n",
                kubectl("create", "configmap", "made", "--from-literal=a=b")
                        .succeeded()
                        .out());
        assertEquals(
                "secret/made created\n",
                kubectl("create", "secret", "generic", "made", "--from-literal=a=b")
                        .succeeded()
                        .out());
        assertEquals(
                "namespace/made created\n",
                kubectl("create", "namespace", "made").succeeded().out());
        Result again = kubectl("create", "configmap", "made");
        assertEquals(1, again.code());
        assertEquals("error: failed to create configmap: configmaps \"made\" already exists\n", again.err());
    }

    @Test
    void createsLabelsAnnotatesAndDeletesFromFiles() throws Exception {
        Path file = home.resolve("cm.yaml");
        Files.writeString(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: filed}\ndata: {a: b}\n");
        kubectl("create", "-f", file.toString()).succeeded();
        assertEquals(
                "configmap/filed labeled\n",
                kubectl("label", "cm", "filed", "x=y").succeeded().out());
        assertEquals(
                "configmap/filed annotated\n",
                kubectl("annotate", "cm", "filed", "x=y").succeeded().out());
        assertEquals(
                "configmap/filed\n",
                kubectl("get", "cm", "-l", "x=y", "-o", "name").succeeded().out());
        assertEquals(
                "configmap/filed replaced\n",
                kubectl("replace", "-f", file.toString()).succeeded().out());
        assertTrue(kubectl("get", "cm", "filed", "-o", "yaml").succeeded().out().contains("\ndata:\n  a: b\n"));
        assertEquals(
                "configmap \"filed\" deleted\n",
                kubectl("delete", "-f", file.toString()).succeeded().out());
        Result gone = kubectl("get", "cm", "filed");
        assertEquals("Error from server (NotFound): configmaps \"filed\" not found\n", gone.err());
    }

    @Test
    void watchesAsChangesHappen() throws Exception {
        kubectl("create", "configmap", "watched").succeeded();
        Process watching = begin("get", "configmaps", "-w", "--field-selector", "metadata.name=watched");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(watching.getInputStream(), StandardCharsets.UTF_8))) {
            assertTrue(lines.readLine().startsWith("NAME"));
            assertTrue(lines.readLine().startsWith("watched"));
            kubectl("label", "configmap", "watched", "a=b").succeeded();
            assertTrue(lines.readLine().startsWith("watched"));
            kubectl("delete", "configmap", "watched").succeeded();
            assertTrue(lines.readLine().startsWith("watched"));
        } finally {
            watching.destroy();
            assertTrue(watching.waitFor(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void waitsForADeletion() throws Exception {
        kubectl("create", "configmap", "awaited").succeeded();
        Process waiting = begin("wait", "--for=delete", "configmap/awaited", "--timeout=60s");
        kubectl("delete", "configmap", "awaited").succeeded();
        assertTrue(waiting.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, waiting.exitValue());
    }

    @Test
    void refusesUnknownFieldsOfManifests() throws Exception {
        Result result =
                withInput("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ndat: {a: b}\n", "create", "-f", "-");
        assertEquals(1, result.code());
        assertTrue(result.err().contains("strict decoding error: unknown field \"dat\""), result.err());
    }

    @Test
    void knowsWhoAsksAndWhatTheyMay() throws Exception {
        assertEquals(
                "yes\n", kubectl("auth", "can-i", "create", "pods").succeeded().out());
        Result no = kubectl("auth", "can-i", "create", "pods", "--as=alice");
        assertEquals(1, no.code());
        assertEquals("no\n", no.out());
        String whoami = kubectl("auth", "whoami").succeeded().out();
        assertTrue(whoami.contains("system:masters"), whoami);
        Result forbidden = kubectl("get", "pods", "--as=bob");
        assertEquals(
                "Error from server (Forbidden): pods is forbidden: User \"bob\" cannot list resource \"pods\" in API"
                        + " group \"\" in the namespace \"default\"\n",
                forbidden.err());
    }

    @Test
    void forcesAPodAway() throws Exception {
        assertEquals(
                "pod/single created\n",
                kubectl("run", "single", "--image=nginx").succeeded().out());
        String table = kubectl("get", "pods", "single").succeeded().out();
        assertTrue(table.lines().toList().get(1).matches("single +0/1 +Pending +0 +\\d+s"), table);
        Result deleted = kubectl("delete", "pod", "single", "--force", "--grace-period=0")
                .succeeded();
        assertEquals("pod \"single\" force deleted\n", deleted.out());
    }

    @Test
    void describesAnObject() throws Exception {
        kubectl("create", "configmap", "described", "--from-literal=k=v").succeeded();
        String described =
                kubectl("describe", "configmap", "described").succeeded().out();
        assertTrue(described.contains("k:\n----\nv\n"), described);
    }

    @Test
    void reportsItsVersion() throws Exception {
        String version = kubectl("version").succeeded().out();
        assertTrue(version.contains("Server Version: v1.32.4+troupe"), version);
    }
}
