package dev.troupe.node.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostVolumesTest {
    @TempDir
    Path root;

    private final Map<ObjectKey, JsonNode> objects = new HashMap<>();
    private HostVolumes volumes;

    @BeforeEach
    void make() {
        volumes = new HostVolumes(root, key -> Optional.ofNullable(objects.get(key)));
        objects.put(
                BuiltInTypes.CONFIG_MAPS.key("default", "settings"),
                Json.parseObject("{\"data\":{\"a\":\"1\",\"b\":\"2\"},\"binaryData\":{\"c\":\"AQID\"}}"));
        objects.put(
                BuiltInTypes.SECRETS.key("default", "login"),
                Json.parseObject("{\"data\":{\"password\":\"c2VzYW1l\"}}"));
    }

    @AfterEach
    void unmount() throws IOException {
        volumes.unmount("uid-1");
        assertEquals(List.of(), volumes.podUids());
    }

    /** A pod whose only container mounts each of the volumes at its name. */
    private static PodView pod(String volumes, String... mounts) {
        StringBuilder text = new StringBuilder();
        for (String mount : mounts) {
            text.append(text.isEmpty() ? "" : ",").append(mount);
        }
        return new PodView(Json.parseObject("""
                {"metadata":{"name":"p","namespace":"default","uid":"uid-1","labels":{"x":"y","q":"a\\"b"}},
                 "spec":{"containers":[{"name":"a","image":"i","volumeMounts":[%s],
                   "resources":{"limits":{"cpu":"1500m"}}}],"volumes":[%s]}}""".formatted(text, volumes)));
    }

    private static String mount(String name) {
        return "{\"name\":\"%s\",\"mountPath\":\"/%s\"}".formatted(name, name);
    }

    private Map<String, Mount> mounts(PodView pod) throws IOException {
        volumes.mount(pod, new DownwardApi(pod, List.of(), List.of(), Map.of("memory", Quantity.of("1Gi"))));
        Map<String, Mount> byTarget = new HashMap<>();
        volumes.mounts(new ContainerMounts(pod, pod.containers().get(0), 0, Map.of("NAME", "sub")), "127.0.0.1\n")
                .forEach(mount -> byTarget.put(mount.containerPath(), mount));
        return byTarget;
    }

    private static String read(Mount mount, String path) throws IOException {
        return Files.readString(Path.of(mount.hostPath()).resolve(path));
    }

    @Test
    void showsConfigMapsAndSecrets() throws IOException {
        Map<String, Mount> mounts = mounts(pod("""
                {"name":"c","configMap":{"name":"settings"}},
                {"name":"s","secret":{"secretName":"login","items":[{"key":"password","path":"in/pass","mode":256}]}}""", mount("c"), mount("s")));
        assertEquals("1", read(mounts.get("/c"), "a"));
        assertEquals(3, Files.size(Path.of(mounts.get("/c").hostPath()).resolve("c")));
        assertTrue(mounts.get("/c").readOnly());
        assertEquals("sesame", read(mounts.get("/s"), "in/pass"));
        assertEquals(
                "127.0.0.1\n", Files.readString(Path.of(mounts.get("/etc/hosts").hostPath())));
        assertTrue(mounts.containsKey("/dev/termination-log"));
    }

    @Test
    void joinsProjectedSources() throws IOException {
        Map<String, Mount> mounts = mounts(pod("""
                {"name":"v","projected":{"sources":[
                  {"configMap":{"name":"settings","items":[{"key":"a","path":"conf"}]}},
                  {"secret":{"name":"login"}},
                  {"configMap":{"name":"absent","optional":true}},
                  {"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}},
                    {"path":"cpu","resourceFieldRef":{"containerName":"a","resource":"limits.cpu"}},
                    {"path":"memory","resourceFieldRef":{"containerName":"a","resource":"limits.memory","divisor":"1Mi"}}]}}]}}""", mount("v")));
        Mount mount = mounts.get("/v");
        assertEquals("1", read(mount, "conf"));
        assertEquals("sesame", read(mount, "password"));
        assertEquals("q=\"a\\\"b\"\nx=\"y\"", read(mount, "labels"));
        assertEquals("2", read(mount, "cpu"));
        assertEquals("1024", read(mount, "memory"));
    }

    @Test
    void saysWhatIsMissing() {
        VolumeException missing = assertThrows(
                VolumeException.class,
                () -> mounts(pod("{\"name\":\"c\",\"configMap\":{\"name\":\"absent\"}}", mount("c"))));
        assertEquals(
                "MountVolume.SetUp failed for volume \"c\" : configmap \"absent\" not found", missing.getMessage());
        VolumeException key = assertThrows(
                VolumeException.class,
                () -> mounts(pod(
                        "{\"name\":\"c\",\"configMap\":{\"name\":\"settings\",\"items\":[{\"key\":\"z\",\"path\":\"z\"}]}}",
                        mount("c"))));
        assertTrue(key.getMessage().endsWith("configmap references non-existent config key: z"), key.getMessage());
    }

    @Test
    void makesNothingForVolumesThatNobodyMounts() throws IOException {
        mounts(pod("{\"name\":\"c\",\"configMap\":{\"name\":\"absent\"}}"));
    }

    @Test
    void emptyFoldersAreForEverybodyAndKeepTheirFiles() throws IOException {
        PodView pod = pod("{\"name\":\"e\",\"emptyDir\":{}}", mount("e"));
        Path path = Path.of(mounts(pod).get("/e").hostPath());
        Files.writeString(path.resolve("kept"), "x");
        mounts(pod);
        assertEquals("x", Files.readString(path.resolve("kept")));
        assertEquals(9, Files.getPosixFilePermissions(path).size());
    }

    @Test
    void checksWhatAHostPathMustBe() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "x");
        VolumeException wrong = assertThrows(
                VolumeException.class,
                () -> mounts(pod(
                        "{\"name\":\"h\",\"hostPath\":{\"path\":\"%s\",\"type\":\"Directory\"}}".formatted(file),
                        mount("h"))));
        assertTrue(wrong.getMessage().endsWith("hostPath type check failed: " + file + " is not a directory"));
        Path made = root.resolve("made");
        mounts(pod(
                "{\"name\":\"h\",\"hostPath\":{\"path\":\"%s\",\"type\":\"DirectoryOrCreate\"}}".formatted(made),
                mount("h")));
        assertTrue(Files.isDirectory(made));
        volumes.unmount("uid-1");
        assertTrue(Files.exists(made), "a node's own folder was removed");
    }

    @Test
    void partsOfVolumesStayInThem() throws IOException {
        String sub = "{\"name\":\"e\",\"mountPath\":\"/e\",\"subPathExpr\":\"$(NAME)/part\"}";
        Mount mount = mounts(pod("{\"name\":\"e\",\"emptyDir\":{}}", sub)).get("/e");
        assertTrue(mount.hostPath().endsWith("/e/sub/part"), mount.hostPath());

        Path volume = Path.of(mount.hostPath()).getParent().getParent();
        Files.createSymbolicLink(volume.resolve("out"), Path.of("/etc"));
        String outside = "{\"name\":\"e\",\"mountPath\":\"/e\",\"subPath\":\"out\"}";
        assertThrows(VolumeException.class, () -> mounts(pod("{\"name\":\"e\",\"emptyDir\":{}}", outside)));
        assertFalse(Files.exists(root.resolve("outside")));
    }

    @Test
    void aContainersLastWordsAreReadOnceItEnded() throws IOException {
        Mount mount = mounts(pod("")).get("/dev/termination-log");
        Files.writeString(Path.of(mount.hostPath()), "x".repeat(5000));
        assertEquals(4096, volumes.terminationMessage("uid-1", "a", 0).length());
        assertEquals("", volumes.terminationMessage("uid-1", "a", 1));
    }
}
