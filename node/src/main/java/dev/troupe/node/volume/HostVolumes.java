package dev.troupe.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.Expansion;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec.Mount;
import dev.troupe.node.runtime.ContainerSpec.Propagation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Volumes as files and folders of this machine, below the node's folder. Secrets are kept in memory where possible. */
public final class HostVolumes implements PodVolumes {
    /** What is read of a termination message; the kubelet's limit. */
    private static final int MAX_MESSAGE_BYTES = 4096;

    private final Path root;
    private final ObjectSource objects;
    private final boolean mayMount = Mounts.isPossible();

    /** @param root the node's folder; absolute */
    public HostVolumes(Path root, ObjectSource objects) {
        this.root = root;
        this.objects = objects;
    }

    @Override
    public void mount(PodView pod, DownwardApi downward) throws IOException {
        Set<String> used = new HashSet<>();
        for (ContainerView container : pod.allContainers()) {
            container.json().path("volumeMounts").forEach(mount -> used.add(Json.text(mount, "name")));
        }
        Payloads payloads = new Payloads(pod, downward, objects);
        for (JsonNode volume : pod.spec().path("volumes")) {
            String name = Json.text(volume, "name");
            if (used.contains(name)) {
                try {
                    mount(pod, volume, payloads);
                } catch (VolumeException e) {
                    throw new VolumeException(
                            "MountVolume.SetUp failed for volume \"" + name + "\" : " + e.getMessage(), e);
                }
            }
        }
    }

    private void mount(PodView pod, JsonNode volume, Payloads payloads) throws IOException {
        Path path = path(pod, volume);
        OptionalLong group = group(pod);
        switch (source(volume)) {
            case "emptyDir" -> emptyDir(path, volume.path("emptyDir"), group);
            case "hostPath" -> HostPaths.prepare(path, Json.text(volume, "hostPath", "type"));
            case "configMap" -> {
                JsonNode source = volume.path("configMap");
                new AtomicFolder(path, group).write(payloads.configMap(source, Payloads.defaultMode(source)));
            }
            case "secret" -> {
                JsonNode source = volume.path("secret");
                inMemory(path);
                new AtomicFolder(path, group)
                        .write(payloads.secret(source, Json.text(source, "secretName"), Payloads.defaultMode(source)));
            }
            case "downwardAPI" -> {
                JsonNode source = volume.path("downwardAPI");
                new AtomicFolder(path, group).write(payloads.downward(source, Payloads.defaultMode(source)));
            }
            case "projected" -> {
                JsonNode source = volume.path("projected");
                inMemory(path);
                new AtomicFolder(path, group).write(payloads.projected(source, Payloads.defaultMode(source)));
            }
            default -> throw new VolumeException("this node has no volumes of type " + source(volume));
        }
    }

    private void inMemory(Path path) throws IOException {
        if (mayMount) {
            Mounts.tmpfs(path, OptionalLong.empty());
        }
    }

    private void emptyDir(Path path, JsonNode source, OptionalLong group) throws IOException {
        boolean isNew = !Files.exists(path);
        Files.createDirectories(path);
        if (Json.text(source, "medium").equals("Memory") && mayMount) {
            JsonNode limit = source.path("sizeLimit");
            Mounts.tmpfs(
                    path,
                    limit.isMissingNode()
                            ? OptionalLong.empty()
                            : OptionalLong.of(Quantity.of(limit.asText()).value()));
        }
        if (isNew) {
            Modes.set(path, 0777);
            if (group.isPresent()) {
                Modes.giveToGroup(path, group.getAsLong());
            }
        }
    }

    /** The pod's fsGroup, where this process may give files away. */
    private OptionalLong group(PodView pod) {
        JsonNode group = Json.at(pod.spec(), "securityContext", "fsGroup");
        return group.isNumber() && mayMount ? OptionalLong.of(group.asLong()) : OptionalLong.empty();
    }

    /** The field of a volume that says what it is; a volume without any is an emptyDir. */
    private static String source(JsonNode volume) {
        for (var field : volume.properties()) {
            if (!field.getKey().equals("name")) {
                return field.getKey();
            }
        }
        return "emptyDir";
    }

    private Path path(PodView pod, JsonNode volume) {
        String source = source(volume);
        return source.equals("hostPath")
                ? Path.of(Json.text(volume, "hostPath", "path"))
                : folder(pod).volume(source, Json.text(volume, "name"));
    }

    private PodFolder folder(PodView pod) {
        return PodFolder.of(root, pod.identity().uid());
    }

    @Override
    public List<Mount> mounts(ContainerMounts wanted, String hosts) throws IOException {
        PodView pod = wanted.pod();
        ContainerView container = wanted.container();
        PodFolder folder = folder(pod);
        List<Mount> mounts = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (JsonNode mount : container.json().path("volumeMounts")) {
            mounts.add(mount(pod, mount, wanted.environment()));
            targets.add(Json.text(mount, "mountPath"));
        }
        if (!hosts.isEmpty() && !targets.contains("/etc/hosts")) {
            folder.writeHosts(hosts);
            mounts.add(new Mount(folder.hostsFile().toString(), "/etc/hosts", false));
        }
        Path message = folder.createTerminationMessage(container.name(), wanted.attempt());
        mounts.add(new Mount(message.toString(), container.terminationMessagePath(), false));
        return mounts;
    }

    private Mount mount(PodView pod, JsonNode mount, Map<String, String> environment) throws IOException {
        String name = Json.text(mount, "name");
        JsonNode volume = null;
        for (JsonNode candidate : pod.spec().path("volumes")) {
            if (Json.text(candidate, "name").equals(name)) {
                volume = candidate;
            }
        }
        if (volume == null) {
            throw new VolumeException("cannot find volume \"" + name + "\" to mount into container");
        }
        Path path = path(pod, volume);
        boolean readOnly = Json.bool(mount, "readOnly")
                || Set.of("configMap", "secret", "projected", "downwardAPI").contains(source(volume));
        String subPath = Json.text(mount, "subPath");
        String expression = Json.text(mount, "subPathExpr");
        if (!expression.isEmpty()) {
            subPath = Expansion.expand(expression, environment);
        }
        if (!subPath.isEmpty()) {
            path = subPath(path, subPath);
        } else if (source(volume).equals("hostPath") && !Files.exists(path)) {
            // Without a type, a path that is not there becomes a folder.
            Files.createDirectories(path);
        }
        return new Mount(path.toString(), absolute(Json.text(mount, "mountPath")), readOnly, propagation(mount));
    }

    private static String absolute(String mountPath) {
        return mountPath.startsWith("/") ? mountPath : "/" + mountPath;
    }

    private static Propagation propagation(JsonNode mount) {
        return switch (Json.text(mount, "mountPropagation")) {
            case "HostToContainer" -> Propagation.HOST_TO_CONTAINER;
            case "Bidirectional" -> Propagation.BIDIRECTIONAL;
            default -> Propagation.NONE;
        };
    }

    /**
     * A path within a volume, made as a folder where absent. Links that containers may have planted are resolved first:
     * what lies outside the volume is refused.
     */
    private static Path subPath(Path volume, String subPath) throws IOException {
        if (subPath.startsWith("/") || Path.of(subPath).normalize().startsWith("..")) {
            throw new VolumeException("subPath must be a relative path without \"..\": " + subPath);
        }
        Path root = volume.toRealPath();
        Path current = root;
        for (Path part : Path.of(subPath).normalize()) {
            Path next = current.resolve(part);
            if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(next);
                Modes.set(next, 0755);
            }
            current = next.toRealPath();
            if (!current.startsWith(root)) {
                throw new VolumeException("failed to prepare subPath for volumeMount: it leads out of the volume");
            }
        }
        return current;
    }

    @Override
    public String terminationMessage(String podUid, String container, int attempt) throws IOException {
        Path file = PodFolder.of(root, podUid).terminationMessage(container, attempt);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (InputStream input = Files.newInputStream(file)) {
            return new String(input.readNBytes(MAX_MESSAGE_BYTES), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void unmount(String podUid) throws IOException {
        PodFolder folder = PodFolder.of(root, podUid);
        if (mayMount) {
            Mounts.unmountBelow(folder.volumes());
        }
        folder.delete();
    }

    @Override
    public List<String> podUids() throws IOException {
        return PodFolder.all(root);
    }
}
