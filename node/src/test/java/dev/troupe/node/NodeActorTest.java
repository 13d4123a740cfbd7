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
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.SandboxState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeActorTest {
    private static final String WEB = """
            "containers":[{"name":"web","image":"troupe/web:1"},{"name":"side","image":"troupe/web:1"}]""";

    private TestNode node = new TestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void registersWithLabelsStatusAndLease() throws Exception {
        node.start();
        JsonNode object = node.await(
                        () -> node.api.find(BuiltInTypes.NODES, "", "node-1"), () -> node.api.all(BuiltInTypes.NODES))
                .tree();
        assertEquals("node-1", Json.text(object, "metadata", "labels", "kubernetes.io/hostname"));
        assertEquals("linux", Json.text(object, "metadata", "labels", "kubernetes.io/os"));
        assertEquals("10.244.1.0/24", Json.text(object, "spec", "podCIDR"));
        assertEquals("True", condition(object, "Ready"));
        assertEquals("False", condition(object, "MemoryPressure"));
        assertEquals("sim://0.1.0", Json.text(object, "status", "nodeInfo", "containerRuntimeVersion"));
        assertEquals("110", Json.text(object, "status", "allocatable", "pods"));
        assertEquals(
                "192.0.2.1", Json.text(Json.at(object, "status", "addresses").get(0), "address"));
        JsonNode lease = node.await(
                        () -> node.api.find(BuiltInTypes.LEASES, "kube-node-lease", "node-1"),
                        () -> node.api.all(BuiltInTypes.LEASES))
                .tree();
        assertEquals("node-1", Json.text(lease, "spec", "holderIdentity"));
        assertEquals(40, Json.integer(lease, 0, "spec", "leaseDurationSeconds"));
    }

    @Test
    void runsAPodAndReportsItLikeAKubelet() throws Exception {
        node.start();
        node.givenPod("web", WEB);
        JsonNode pod = node.awaitPod("web", found -> condition(found, "Ready").equals("True"));
        JsonNode status = pod.path("status");
        assertEquals("Running", phase(pod));
        assertTrue(Json.text(status, "podIP").startsWith("10.244.1."), status.toString());
        assertEquals("192.0.2.1", Json.text(status, "hostIP"));
        for (String type : List.of("PodReadyToStartContainers", "Initialized", "ContainersReady", "PodScheduled")) {
            assertEquals("True", condition(pod, type), type);
        }
        JsonNode container = status.path("containerStatuses").get(0);
        assertEquals("web", Json.text(container, "name"));
        assertTrue(Json.text(container, "containerID").startsWith("sim://"));
        assertTrue(Json.bool(container, "ready"));
        assertTrue(Json.bool(container, "started"));
        assertTrue(container.path("state").path("running").has("startedAt"));
        node.await(
                () -> Optional.of(node.events("web")).filter(events -> events.size() == 6), () -> node.events("web"));
        assertTrue(node.events("web")
                .contains("Normal Pulled Container image \"troupe/web:1\" already present on machine"));
        assertTrue(node.events("web").contains("Normal Created Created container: web"));
        assertTrue(node.events("web").contains("Normal Started Started container side"));
    }

    @Test
    void endsADeletedPodBeforeItsObjectGoes() throws Exception {
        node.start();
        node.givenPod("web", WEB);
        node.awaitPod("web", found -> phase(found).equals("Running"));
        node.delete("web", DeleteOptions.defaults());
        node.awaitNoPod("web");
        node.await(
                () -> node.runtime.list().containers().isEmpty() ? Optional.of(true) : Optional.empty(),
                node.runtime::list);
        assertEquals(List.of(), node.runtime.list().sandboxes());
    }

    @Test
    void endsThePodOfAnObjectThatIsGoneAtOnce() throws Exception {
        node.start();
        node.givenPod("web", WEB);
        node.awaitPod("web", found -> phase(found).equals("Running"));
        node.delete(
                "web",
                new DeleteOptions(
                        false, java.util.OptionalLong.of(0), Optional.empty(), Optional.empty(), Optional.empty()));
        node.await(
                () -> node.runtime.list().containers().isEmpty() ? Optional.of(true) : Optional.empty(),
                node.runtime::list);
    }

    @Test
    void aRestartedNodeAdoptsWhatRuns() throws Exception {
        node.start();
        node.givenPod("web", WEB);
        node.awaitPod("web", found -> condition(found, "Ready").equals("True"));
        List<ContainerState> before = node.runtime.list().containers();
        StoredObject pod = node.pod("web").orElseThrow();
        node.restart();
        node.givenPod("other", WEB);
        node.awaitPod("other", found -> phase(found).equals("Running"));
        assertEquals(
                before,
                node.runtime.list(pod.meta().uid()).containers().stream().toList());
        assertEquals(pod.resourceVersion(), node.pod("web").orElseThrow().resourceVersion());
    }

    @Test
    void aRestartedNodeEndsPodsThatTheApiHasNoMore() throws Exception {
        node.start();
        node.givenPod("web", WEB);
        node.awaitPod("web", found -> phase(found).equals("Running"));
        node.api.find(BuiltInTypes.PODS, "default", "web").orElseThrow();
        node.stopActor();
        node.delete(
                "web",
                new DeleteOptions(
                        false, java.util.OptionalLong.of(0), Optional.empty(), Optional.empty(), Optional.empty()));
        assertFalse(node.runtime.list().containers().isEmpty());
        node.start();
        node.await(
                () -> node.runtime.list().containers().isEmpty() ? Optional.of(true) : Optional.empty(),
                node.runtime::list);
    }

    @Test
    void aLostContainerIsReplacedAndCounted() throws Exception {
        node.start();
        node.givenPod("web", WEB);
        node.awaitPod("web", found -> condition(found, "Ready").equals("True"));
        ContainerState lost = node.runtime.list().containers().get(0);
        node.runtime.removeContainer(lost.id());
        node.runtime.stopSandbox(lost.sandbox());
        JsonNode pod = node.awaitPod(
                "web",
                found -> status(found, lost.name()).path("restartCount").asInt() == 1
                        && condition(found, "Ready").equals("True"));
        JsonNode last = status(pod, lost.name()).path("lastState").path("terminated");
        assertEquals("ContainerStatusUnknown", Json.text(last, "reason"));
        assertEquals(137, Json.integer(last, 0, "exitCode"));
        SandboxState sandbox = node.runtime.list().sandboxes().get(0);
        assertEquals(1, sandbox.attempt());
        assertEquals(1, node.runtime.list().sandboxes().size());
    }

    @Test
    void aCrashingContainerBacksOff() throws Exception {
        node.start();
        node.givenPod(
                "crash",
                "{\"simulated.troupe.dev/run-for\":\"0\",\"simulated.troupe.dev/exit-code\":\"3\"}",
                "\"containers\":[{\"name\":\"web\",\"image\":\"troupe/web:1\"}]");
        JsonNode pod = node.awaitPod("crash", found -> waiting(found, "web").equals("CrashLoopBackOff"));
        JsonNode status = status(pod, "web");
        assertEquals(1, Json.integer(status, 0, "restartCount"));
        assertEquals(3, Json.integer(status, 0, "lastState", "terminated", "exitCode"));
        assertEquals("Error", Json.text(status, "lastState", "terminated", "reason"));
        assertEquals(
                "back-off 10s restarting failed container=web pod=crash_default(" + Json.text(pod, "metadata", "uid")
                        + ")",
                Json.text(status, "state", "waiting", "message"));
        assertEquals("Running", phase(pod));
        assertEquals("False", condition(pod, "Ready"));
    }

    @Test
    void anAbsentImageIsPulledInVain() throws Exception {
        node.start();
        node.givenPod("absent", "\"containers\":[{\"name\":\"web\",\"image\":\"missing:1\"}]");
        JsonNode pod = node.awaitPod("absent", found -> waiting(found, "web").equals("ImagePullBackOff"));
        assertEquals("Pending", phase(pod));
        node.await(
                () -> Optional.of(node.events("absent")).filter(events -> events.size() == 5),
                () -> node.events("absent"));
        assertEquals(
                List.of(
                        "Normal BackOff Back-off pulling image \"missing:1\"",
                        "Normal Pulling Pulling image \"missing:1\"",
                        "Warning Failed Error: ErrImagePull",
                        "Warning Failed Error: ImagePullBackOff",
                        "Warning Failed Failed to pull image \"missing:1\": manifest for missing:1 not found: manifest"
                                + " unknown"),
                node.events("absent").stream().sorted().toList());
    }

    @Test
    void aPodThatRunsToItsEndSucceedsOrFails() throws Exception {
        node.start();
        String once = "\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"job\",\"image\":\"troupe/web:1\"}]";
        node.givenPod("good", "{\"simulated.troupe.dev/run-for\":\"0\"}", once);
        node.givenPod("bad", "{\"simulated.troupe.dev/run-for\":\"0\",\"simulated.troupe.dev/exit-code\":\"1\"}", once);
        JsonNode good = node.awaitPod("good", found -> phase(found).equals("Succeeded"));
        JsonNode bad = node.awaitPod("bad", found -> phase(found).equals("Failed"));
        assertEquals("Completed", Json.text(status(good, "job"), "state", "terminated", "reason"));
        assertEquals("False", condition(good, "Ready"));
        assertEquals("Error", Json.text(status(bad, "job"), "state", "terminated", "reason"));
        node.await(
                () -> node.runtime.list().sandboxes().isEmpty() ? Optional.of(true) : Optional.empty(),
                node.runtime::list);
        assertEquals(2, node.runtime.list().containers().size());
    }

    @Test
    void keepsPodsRunningWhileTheApiIsAwayAndReportsBeforeItFollows() throws Exception {
        node.start();
        node.givenPod("stays", WEB);
        node.givenPod("goes", WEB);
        node.awaitPod("stays", found -> condition(found, "Ready").equals("True"));
        JsonNode goes = node.awaitPod("goes", found -> condition(found, "Ready").equals("True"));
        node.connection.breakDown();
        // Somebody deletes one pod meanwhile, and a container of it crashes.
        node.delete("goes", DeleteOptions.defaults());
        ContainerState crashed = node.runtime
                .list(Json.text(goes, "metadata", "uid"))
                .containers()
                .get(0);
        node.runtime.signalContainer(crashed.id(), "KILL");
        node.await(
                () -> node.runtime.list(Json.text(goes, "metadata", "uid")).containers().stream()
                        .filter(container -> container.isRunning() && container.attempt() == 1)
                        .findAny(),
                node.runtime::list);
        assertEquals(2, node.runtime.list().sandboxes().size());
        node.await(
                () -> node.connection.leaseFailed() ? Optional.of(true) : Optional.empty(), () -> "no lease asked for");
        node.connection.podWrites.clear();
        node.connection.comeBack();
        node.awaitNoPod("goes");
        List<String> writes = node.connection.podWrites.stream()
                .filter(write -> write.endsWith(" goes"))
                .toList();
        assertEquals("patch status goes", writes.get(0));
        assertEquals("delete goes", writes.get(writes.size() - 1));
        assertEquals(1, node.connection.restartsFirstReported);
        assertEquals("Running", phase(node.pod("stays").orElseThrow().tree()));
    }
}
