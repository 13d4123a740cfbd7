package dev.troupe.node;

import static dev.troupe.node.TestNode.condition;
import static dev.troupe.node.TestNode.phase;
import static dev.troupe.node.TestNode.status;
import static dev.troupe.node.TestNode.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.node.docker.DockerContainerRuntime;
import dev.troupe.node.docker.RealEngine;
import dev.troupe.node.network.BridgePodNetwork;
import dev.troupe.node.network.CommandRunner;
import dev.troupe.node.network.Iptables;
import dev.troupe.node.network.Ipv4Range;
import dev.troupe.node.network.PodNetworkSettings;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.ExecSession;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole pods on a real engine, with a real network and real files. */
@Tag("docker")
@EnabledIf("dev.troupe.node.docker.RealEngine#isPossible")
@ExtendWith(RealEngine.class)
@Timeout(120)
class DockerNodeIT {
    @TempDir
    Path folder;

    private DockerContainerRuntime runtime;
    private BridgePodNetwork network;
    private TestNode node;

    @BeforeEach
    void start(RealEngine.Running engine) throws IOException {
        runtime = engine.connect();
        CommandRunner commands = CommandRunner.here(Duration.ofSeconds(30));
        network = new BridgePodNetwork(
                new PodNetworkSettings(
                        "troupeit0",
                        Ipv4Range.parse("10.244.77.0/24"),
                        Ipv4Range.parse("10.244.77.0/24"),
                        1500,
                        folder.resolve("addresses")),
                commands,
                Iptables.inUse(commands));
        network.up();
        node = new TestNode(runtime, network, folder.resolve("node")).start();
    }

    @AfterEach
    void stop() throws IOException {
        node.stopActor();
        node.removeAll();
        node.close();
        network.down();
        runtime.close();
        assertEquals(List.of(), children(folder.resolve("node/pods")), "files left");
    }

    private static List<Path> children(Path path) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.toList();
        }
    }

    @Test
    void aWholePodRuns() throws Exception {
        node.api.given("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default"},
                 "data":{"color":"blue","shape":"round"}}""");
        node.api.given("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"login","namespace":"default"},
                 "data":{"password":"c2VzYW1l"}}""");
        node.givenPod("whole", """
                "initContainers":[{"name":"first","image":"troupe/web:1","command":["sh","-c","echo from-init > /work/file"],
                  "volumeMounts":[{"name":"work","mountPath":"/work"}]}],
                "containers":[
                 {"name":"web","image":"troupe/web:1",
                  "env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
                         {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                         {"name":"COLOR","valueFrom":{"configMapKeyRef":{"name":"settings","key":"color"}}},
                         {"name":"BOTH","value":"$(COLOR)-$(POD_NAME)-$$(X)"},
                         {"name":"LIMIT","valueFrom":{"resourceFieldRef":{"resource":"limits.memory"}}}],
                  "envFrom":[{"secretRef":{"name":"login"}}],
                  "resources":{"limits":{"cpu":"500m","memory":"64Mi"}},
                  "readinessProbe":{"httpGet":{"path":"/cgi-bin/index.cgi","port":8080},"periodSeconds":1},
                  "livenessProbe":{"tcpSocket":{"port":8080},"periodSeconds":1},
                  "volumeMounts":[{"name":"work","mountPath":"/work"},{"name":"config","mountPath":"/config"},
                                  {"name":"secret","mountPath":"/secret"},{"name":"about","mountPath":"/about"}]},
                 {"name":"side","image":"troupe/web:1","command":["sh","-c","cat /work/file; wget -qO- http://127.0.0.1:8080/cgi-bin/index.cgi; exec sleep 1000"],
                  "startupProbe":{"exec":{"command":["test","-e","/work/file"]},"periodSeconds":1},
                  "volumeMounts":[{"name":"work","mountPath":"/work"}]}],
                "volumes":[{"name":"work","emptyDir":{}},
                           {"name":"config","configMap":{"name":"settings","items":[{"key":"color","path":"deep/color"}]}},
                           {"name":"secret","secret":{"secretName":"login","defaultMode":256}},
                           {"name":"about","downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}}]}}]
                """);
        JsonNode pod = node.awaitPod("whole", found -> condition(found, "Ready").equals("True"));
        ContainerId web = id(pod, "web");
        assertEquals("Completed", Json.text(status(pod, "first"), "state", "terminated", "reason"));
        assertTrue(Json.text(pod, "status", "podIP").startsWith("10.244.77."));
        assertTrue(Json.text(status(pod, "web"), "imageID").startsWith("docker://sha256:"));
        String ip = Json.text(pod, "status", "podIP");
        assertEquals(
                "whole\n" + ip + "\nblue-whole-$(X)\n67108864\nsesame\nwhole\n",
                exec(
                        web,
                        "hostname; echo $IP; echo $BOTH; echo $LIMIT; cat /secret/password; echo; cat /about/name; echo"));
        assertEquals("blue", exec(web, "cat /config/deep/color"));
        assertTrue(exec(web, "ls -lL /secret/password").startsWith("-r--------"));
        String hosts = exec(web, "cat /etc/hosts");
        assertTrue(hosts.startsWith("# Kubernetes-managed hosts file.\n"), hosts);
        assertTrue(hosts.contains(ip + "\twhole\n"), hosts);
        assertTrue(exec(web, "cat /etc/resolv.conf").startsWith("search default.svc.cluster.local svc.cluster.local"));
        assertTrue(log(id(pod, "side")).startsWith("from-init\n"), log(id(pod, "side")));

        node.api
                .update(
                        InMemoryResourceApi.admin(),
                        BuiltInTypes.CONFIG_MAPS.key("default", "settings"),
                        "",
                        Json.parseObject("""
                                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default"},
                                 "data":{"color":"red"}}"""),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow();
        node.await(
                () -> exec(web, "cat /config/deep/color").equals("red") ? Optional.of(true) : Optional.empty(),
                () -> exec(web, "cat /config/deep/color"));
    }

    @Test
    void whatIsDestroyedBehindItsBackIsMadeAgain() throws Exception {
        node.givenPod("web", WEB);
        JsonNode pod = node.awaitPod("web", found -> condition(found, "Ready").equals("True"));
        runtime.removeContainer(id(pod, "web"));
        JsonNode again = node.awaitPod(
                "web",
                found ->
                        restarts(found, "web") == 1 && condition(found, "Ready").equals("True"));
        assertEquals(0, restarts(again, "side"));
        assertEquals(id(pod, "side"), id(again, "side"));
        // Without its sandbox everything of the pod must be new.
        runtime.removeSandbox(runtime.list().sandboxes().get(0).id());
        JsonNode anew = node.awaitPod(
                "web",
                found -> restarts(found, "web") == 2
                        && restarts(found, "side") == 1
                        && condition(found, "Ready").equals("True"));
        assertFalse(id(pod, "side").equals(id(anew, "side")));
        assertEquals(1, runtime.list().sandboxes().size());
    }

    @Test
    void aRestartedAgentAdoptsContainers() throws Exception {
        node.givenPod("web", WEB);
        JsonNode pod = node.awaitPod("web", found -> condition(found, "Ready").equals("True"));
        long version = node.pod("web").orElseThrow().resourceVersion();
        List<ContainerState> before = runtime.list().containers();
        node.restart();
        node.givenPod("other", WEB);
        node.awaitPod("other", found -> condition(found, "Ready").equals("True"));
        assertEquals(before, runtime.list(Json.text(pod, "metadata", "uid")).containers());
        assertEquals(version, node.pod("web").orElseThrow().resourceVersion());
        assertFalse(Json.text(pod, "status", "podIP")
                .equals(Json.text(node.pod("other").orElseThrow().tree(), "status", "podIP")));
    }

    @Test
    void aDeadEngineIsToldAndItsPodsGoOn(RealEngine.Running engine) throws Exception {
        node.givenPod("web", WEB);
        JsonNode pod = node.awaitPod("web", found -> condition(found, "Ready").equals("True"));
        long version = node.pod("web").orElseThrow().resourceVersion();
        engine.kill();
        JsonNode down = node.await(
                () -> node.api
                        .find(BuiltInTypes.NODES, "", "node-1")
                        .map(object -> object.tree())
                        .filter(object -> condition(object, "Ready").equals("False")),
                () -> node.api.all(BuiltInTypes.NODES));
        assertTrue(down.toString().contains("container runtime is down"), down.toString());
        engine.revive();
        node.await(
                () -> node.api
                        .find(BuiltInTypes.NODES, "", "node-1")
                        .filter(object -> condition(object.tree(), "Ready").equals("True")),
                () -> node.api.all(BuiltInTypes.NODES));
        node.givenPod("other", WEB);
        node.awaitPod("other", found -> condition(found, "Ready").equals("True"));
        assertEquals(version, node.pod("web").orElseThrow().resourceVersion());
        assertEquals(id(pod, "web"), id(node.pod("web").orElseThrow().tree(), "web"));
    }

    @Test
    void aPodEndsGracefullyWithItsHook() throws Exception {
        Path told = Files.createDirectory(folder.resolve("told"));
        node.givenPod("polite", """
                "terminationGracePeriodSeconds":20,
                "containers":[{"name":"web","image":"troupe/web:1",
                  "command":["sh","-c","trap 'echo term >> /told/log; exit 0' TERM; touch /told/up; while :; do sleep 0.1; done"],
                  "lifecycle":{"preStop":{"exec":{"command":["sh","-c","echo hook >> /told/log"]}}},
                  "volumeMounts":[{"name":"told","mountPath":"/told"}]}],
                "volumes":[{"name":"told","hostPath":{"path":"%s","type":"Directory"}}]""".formatted(told));
        node.awaitPod("polite", found -> condition(found, "Ready").equals("True"));
        node.await(() -> Files.exists(told.resolve("up")) ? Optional.of(true) : Optional.empty(), () -> "not up");
        Instant asked = Instant.now();
        node.delete("polite", DeleteOptions.defaults());
        node.awaitNoPod("polite");
        assertTrue(Duration.between(asked, Instant.now()).toSeconds() < 15, "it was not asked but killed");
        assertEquals(List.of("hook", "term"), Files.readAllLines(told.resolve("log")));
        node.await(() -> runtimeIsEmpty() ? Optional.of(true) : Optional.empty(), () -> node.pod("polite"));
    }

    @Test
    void aContainerThatIgnoresTheRequestIsKilledInTheEnd() throws Exception {
        node.givenPod("stubborn", """
                "terminationGracePeriodSeconds":3,
                "containers":[{"name":"web","image":"troupe/web:1","command":["sh","-c","trap '' TERM; while :; do sleep 0.1; done"]}]""");
        node.awaitPod("stubborn", found -> condition(found, "Ready").equals("True"));
        Instant asked = Instant.now();
        node.delete("stubborn", DeleteOptions.defaults());
        node.awaitNoPod("stubborn");
        long seconds = Duration.between(asked, Instant.now()).toSeconds();
        assertTrue(seconds >= 3 && seconds < 15, "after " + seconds + " s");
    }

    @Test
    void faultsAreToldInTheStatus() throws Exception {
        node.givenPod("config", """
                "containers":[{"name":"web","image":"troupe/web:1","envFrom":[{"configMapRef":{"name":"absent"}}]}]""");
        node.givenPod("command", """
                "containers":[{"name":"web","image":"troupe/web:1","command":["/absent"]}]""");
        node.givenPod("image", """
                "containers":[{"name":"web","image":"127.0.0.1:1/absent:1"}]""");
        node.givenPod("never", """
                "containers":[{"name":"web","image":"troupe/absent:1","imagePullPolicy":"Never"}]""");
        node.givenPod("name", """
                "containers":[{"name":"web","image":"Not/An/Image"}]""");
        node.givenPod("memory", """
                "restartPolicy":"Never","containers":[{"name":"web","image":"troupe/web:1",
                 "command":["sh","-c","exec tail /dev/zero"],"resources":{"limits":{"memory":"16Mi"}}}]""");
        node.givenPod("message", """
                "restartPolicy":"Never","containers":[{"name":"web","image":"troupe/web:1",
                 "command":["sh","-c","echo last words > /dev/termination-log; exit 4"]}]""");
        node.givenPod("volume", """
                "containers":[{"name":"web","image":"troupe/web:1","volumeMounts":[{"name":"v","mountPath":"/v"}]}],
                "volumes":[{"name":"v","configMap":{"name":"absent"}}]""");
        node.givenPod("log", """
                "restartPolicy":"Never","containers":[{"name":"web","image":"troupe/web:1",
                 "terminationMessagePolicy":"FallbackToLogsOnError","command":["sh","-c","echo why; exit 5"]}]""");
        JsonNode log = node.awaitPod("log", found -> phase(found).equals("Failed"));
        assertEquals("why\n", Json.text(status(log, "web"), "state", "terminated", "message"));
        JsonNode config = node.awaitPod("config", found -> waiting(found, "web").equals("CreateContainerConfigError"));
        assertEquals("configmap \"absent\" not found", Json.text(status(config, "web"), "state", "waiting", "message"));
        JsonNode command = node.awaitPod(
                "command",
                found -> waiting(found, "web").equals("RunContainerError")
                        && status(found, "web").path("lastState").has("terminated"));
        assertEquals("ContainerCannotRun", Json.text(status(command, "web"), "lastState", "terminated", "reason"));
        node.awaitPod("image", found -> waiting(found, "web").equals("ImagePullBackOff"));
        node.awaitPod("never", found -> waiting(found, "web").equals("ErrImageNeverPull"));
        node.awaitPod("name", found -> waiting(found, "web").equals("InvalidImageName"));
        JsonNode memory = node.awaitPod("memory", found -> phase(found).equals("Failed"));
        assertEquals("OOMKilled", Json.text(status(memory, "web"), "state", "terminated", "reason"));
        JsonNode message = node.awaitPod("message", found -> phase(found).equals("Failed"));
        assertEquals("last words\n", Json.text(status(message, "web"), "state", "terminated", "message"));
        assertEquals(4, Json.integer(status(message, "web"), 0, "state", "terminated", "exitCode"));
        node.await(
                () -> node.events("volume")
                                .contains("Warning FailedMount MountVolume.SetUp failed for volume \"v\" :"
                                        + " configmap \"absent\" not found")
                        ? Optional.of(true)
                        : Optional.empty(),
                () -> node.events("volume"));
        assertEquals(
                "ContainerCreating", waiting(node.pod("volume").orElseThrow().tree(), "web"));
    }

    @Test
    void aContainerThatFailsItsLivenessProbeIsRestarted() throws Exception {
        node.givenPod("sick", """
                "terminationGracePeriodSeconds":1,
                "containers":[{"name":"web","image":"troupe/web:1","command":["sh","-c","sleep 1000"],
                  "livenessProbe":{"exec":{"command":["sh","-c","echo not well; exit 1"]},"periodSeconds":1,"failureThreshold":2}}]""");
        JsonNode pod = node.awaitPod("sick", found -> restarts(found, "web") >= 1);
        assertEquals(137, Json.integer(status(pod, "web"), 0, "lastState", "terminated", "exitCode"));
        assertTrue(node.events("sick").contains("Warning Unhealthy Liveness probe failed: not well\n"));
        assertTrue(
                node.events("sick").contains("Normal Killing Container web failed liveness probe, will be restarted"));
    }

    private static final String WEB = """
            "terminationGracePeriodSeconds":2,
            "containers":[{"name":"web","image":"troupe/web:1"},{"name":"side","image":"troupe/web:1","command":["sleep","1000"]}]""";

    private boolean runtimeIsEmpty() throws IOException {
        return runtime.list().containers().isEmpty()
                && runtime.list().sandboxes().isEmpty();
    }

    private static int restarts(JsonNode pod, String container) {
        return Json.integer(status(pod, container), 0, "restartCount");
    }

    private static ContainerId id(JsonNode pod, String container) {
        return ContainerId.ofStatus(Json.text(status(pod, container), "containerID"));
    }

    private String exec(ContainerId id, String script) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (ExecSession session = runtime.exec(ExecRequest.outputOf(id, List.of("sh", "-c", script)))) {
            session.copyOutput(output, output);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    private String log(ContainerId id) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (LogStream logs = runtime.logs(id, LogRequest.all())) {
            logs.copyTo(output);
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
