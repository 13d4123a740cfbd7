package dev.troupe.node.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ContainerRuntimeException.Reason;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.ExecSession;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import dev.troupe.node.runtime.RegistryCredentials;
import dev.troupe.node.runtime.RuntimeEvent;
import dev.troupe.node.runtime.RuntimeInfo;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxSpec;
import dev.troupe.node.runtime.SandboxState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Pods on a Docker Engine. A sandbox is a pause container that owns the network and IPC namespaces; the pod's
 * containers join it, share its host name, hosts and resolv.conf. The engine never restarts anything by itself.
 */
public final class DockerContainerRuntime implements ContainerRuntime {
    private final EngineClients clients;
    private final DockerClient docker;
    private final EngineLabels labels;
    private final EngineStates states;
    private final ContainerCreation creation;
    private final PodCgroups cgroups = new PodCgroups(Path.of("/sys/fs/cgroup"));

    private DockerContainerRuntime(EngineClients clients, EngineLabels labels) {
        this.clients = clients;
        this.docker = clients.unary();
        this.labels = labels;
        this.states = new EngineStates(docker);
        this.creation = new ContainerCreation(docker, labels);
    }

    /**
     * Connects to an engine.
     *
     * @param socket where it listens
     * @param cluster id of the cluster; only containers labelled with it are seen or removed
     * @param node name of the node
     * @throws IOException if the engine does not answer
     */
    public static DockerContainerRuntime connect(Path socket, String cluster, String node) throws IOException {
        return new DockerContainerRuntime(EngineClients.connect(socket), new EngineLabels(cluster, node));
    }

    /**
     * Loads the images that no registry serves.
     *
     * @param busybox a static busybox binary
     */
    public void loadLocalImages(Path busybox) throws IOException {
        EngineErrors.run(() -> {
            try {
                LocalImages.load(docker, busybox);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public RuntimeInfo info() throws IOException {
        Version version = EngineErrors.translate(() -> docker.versionCmd().exec());
        Info info = EngineErrors.translate(() -> docker.infoCmd().exec());
        Object driver = info.getRawValues().get("CgroupDriver");
        String number = Objects.requireNonNullElse(version.getVersion(), "unknown");
        int suffix = number.indexOf('+');
        return new RuntimeInfo(
                "docker",
                suffix < 0 ? number : number.substring(0, suffix),
                driver == null ? "cgroupfs" : driver.toString());
    }

    @Override
    public RuntimeSnapshot list() throws IOException {
        return EngineErrors.translate(() -> states.listAll(labels.ofNode()));
    }

    @Override
    public RuntimeSnapshot list(String podUid) throws IOException {
        Map<String, String> wanted = new HashMap<>(labels.ofNode());
        wanted.put(EngineLabels.POD_UID, podUid);
        return EngineErrors.translate(() -> states.list(wanted));
    }

    @Override
    public SandboxState createSandbox(SandboxSpec spec) throws IOException {
        String id = creation.createSandbox(spec);
        EngineErrors.run(() -> docker.startContainerCmd(id).exec());
        InspectContainerResponse details =
                EngineErrors.translate(() -> docker.inspectContainerCmd(id).exec());
        if (spec.namespaces().hostNetwork()) {
            // The engine copies the node's own file here, whatever the pod's DNS policy is.
            Files.writeString(Path.of(details.getResolvConfPath()), spec.dns().resolvConf());
        }
        return states.sandbox(details);
    }

    @Override
    public void stopSandbox(SandboxId id) throws IOException {
        signal(id.value(), "KILL");
    }

    @Override
    public void removeSandbox(SandboxId id) throws IOException {
        removeSandboxOf(id);
    }

    /** @return the cgroup that the pod had; empty if the sandbox is gone already */
    private Optional<String> removeSandboxOf(SandboxId id) throws IOException {
        Optional<String> parent = EngineErrors.translate(() -> {
            try {
                InspectContainerResponse details =
                        docker.inspectContainerCmd(id.value()).exec();
                return Optional.ofNullable(details.getHostConfig().getCgroupParent());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
        remove(id.value());
        parent.ifPresent(cgroups::remove);
        return parent;
    }

    @Override
    public ContainerId createContainer(SandboxId sandbox, ContainerSpec spec) throws IOException {
        return new ContainerId(creation.createContainer(sandbox, spec));
    }

    @Override
    public void startContainer(ContainerId id) throws IOException {
        EngineErrors.run(() -> {
            try {
                docker.startContainerCmd(id.value()).exec();
            } catch (NotModifiedException e) {
                EngineErrors.LOG.debug("container {} runs already", id);
            }
        });
    }

    @Override
    public void signalContainer(ContainerId id, String signal) throws IOException {
        signal(id.value(), signal);
    }

    @Override
    public String stopSignal(ContainerId id) throws IOException {
        // The client library's model lacks this field.
        Object signal = EngineErrors.translate(() -> docker.inspectContainerCmd(id.value())
                .exec()
                .getConfig()
                .getRawValues()
                .getOrDefault("StopSignal", ""));
        return signal.toString().isEmpty() ? "TERM" : signal.toString();
    }

    private void signal(String id, String signal) throws IOException {
        EngineErrors.run(() -> {
            try {
                docker.killContainerCmd(id).withSignal(signal).exec();
            } catch (ConflictException | NotFoundException e) {
                // It does not run any more, which is what the signal was for.
                EngineErrors.LOG.debug("no signal to container {}: {}", id, e.getMessage());
            }
        });
    }

    @Override
    public void removeContainer(ContainerId id) throws IOException {
        remove(id.value());
    }

    private void remove(String id) throws IOException {
        EngineErrors.run(() -> {
            try {
                docker.removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException e) {
                EngineErrors.LOG.debug("container {} is gone already", id);
            } catch (ConflictException e) {
                // Another removal is under way.
                EngineErrors.LOG.debug("container {}: {}", id, e.getMessage());
            }
        });
        states.forget(id);
    }

    @Override
    public ExecSession exec(ExecRequest request) throws IOException {
        return EngineExec.start(clients, request);
    }

    @Override
    public ExecSession attach(ContainerId id, boolean stdin, boolean tty) throws IOException {
        return EngineExec.attach(clients, id, stdin, tty);
    }

    @Override
    public LogStream logs(ContainerId id, LogRequest request) throws IOException {
        return EngineLogs.open(clients, id, request);
    }

    @Override
    public Optional<ImageInfo> findImage(String reference) throws IOException {
        return EngineErrors.translate(() -> {
            try {
                return Optional.of(image(docker.inspectImageCmd(reference).exec()));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    private static ImageInfo image(InspectImageResponse details) {
        String user = details.getConfig() == null ? null : details.getConfig().getUser();
        Long size = details.getSize();
        return new ImageInfo(
                details.getId(),
                Stream.concat(orEmpty(details.getRepoTags()).stream(), orEmpty(details.getRepoDigests()).stream())
                        .toList(),
                size == null ? 0 : size,
                user == null || user.isEmpty() ? Optional.empty() : Optional.of(user));
    }

    private static List<String> orEmpty(List<String> list) {
        return list == null ? List.of() : list;
    }

    @Override
    public ImageInfo pullImage(String reference, List<RegistryCredentials> credentials) throws IOException {
        if (credentials.isEmpty()) {
            EnginePull.run(clients, reference, Optional.empty());
        } else {
            pullWithAny(reference, credentials);
        }
        return findImage(reference)
                .orElseThrow(() -> new ContainerRuntimeException(
                        Reason.NOT_FOUND, "the image " + reference + " was pulled but is not there"));
    }

    private void pullWithAny(String reference, List<RegistryCredentials> credentials) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (RegistryCredentials login : credentials) {
            try {
                EnginePull.run(clients, reference, Optional.of(login));
                return;
            } catch (IOException e) {
                failures.add(e);
            }
        }
        throw failures.get(failures.size() - 1);
    }

    @Override
    public List<ImageInfo> images() throws IOException {
        List<Image> images = EngineErrors.translate(() -> docker.listImagesCmd().exec());
        return images.stream()
                .map(image -> new ImageInfo(
                        image.getId(),
                        Stream.of(image.getRepoTags(), image.getRepoDigests())
                                .filter(Objects::nonNull)
                                .flatMap(Arrays::stream)
                                .filter(name -> !name.startsWith("<none>"))
                                .toList(),
                        image.getSize(),
                        Optional.empty()))
                .toList();
    }

    @Override
    public AutoCloseable events(Consumer<RuntimeEvent> observer) {
        return new EngineEvents(clients, labels.ofNode(), observer);
    }

    @Override
    public void removeAll() throws IOException {
        List<Container> all = EngineErrors.translate(() -> docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(labels.ofCluster())
                .exec());
        // Applications first: without their sandbox they would only lose their network.
        for (Container container : all) {
            if (!EngineLabels.isSandbox(container.getLabels())) {
                remove(container.getId());
            }
        }
        Set<String> parents = new HashSet<>();
        for (Container container : all) {
            if (EngineLabels.isSandbox(container.getLabels())) {
                removeSandboxOf(new SandboxId(container.getId())).ifPresent(parents::add);
            }
        }
        parents.forEach(cgroups::removeAncestors);
    }

    @Override
    public void close() {
        try {
            clients.close();
        } catch (IOException e) {
            EngineErrors.LOG.debug("closing the connections to the engine", e);
        }
    }
}
