package dev.troupe.node.worker;

import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.ContainerView.PullPolicy;
import dev.troupe.node.pod.PodAction;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ContainerRuntimeException.Reason;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.PodAddress;
import dev.troupe.node.runtime.PodNetwork;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxState;
import dev.troupe.node.volume.PodVolumes;
import dev.troupe.node.volume.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the steps of a decision, one after the other. Blocks. */
final class PodSteps {
    private static final Logger LOG = LoggerFactory.getLogger(PodSteps.class);

    private final ContainerRuntime runtime;
    private final PodNetwork network;
    private final PodVolumes volumes;
    private final PodSpecs specs;
    private final EventSink events;

    PodSteps(ContainerRuntime runtime, PodNetwork network, PodVolumes volumes, PodSpecs specs, EventSink events) {
        this.runtime = runtime;
        this.network = network;
        this.volumes = volumes;
        this.specs = specs;
        this.events = events;
    }

    /** The key of a sandbox's address. */
    static String podKey(String podUid, int attempt) {
        return podUid + "_" + attempt;
    }

    List<StepFact> run(PodView pod, List<PodAction.Step> steps) {
        List<StepFact> facts = new ArrayList<>();
        for (PodAction.Step step : steps) {
            try {
                facts.add(run(pod, step));
            } catch (IOException e) {
                LOG.warn("pod {}: {} failed: {}", pod.title(), step.getClass().getSimpleName(), e.getMessage());
                if (step instanceof PodAction.Signal signal) {
                    facts.add(new StepFact.SignalFailed(signal.id()));
                }
                facts.add(new StepFact.Failed(String.valueOf(e.getMessage())));
                return facts;
            }
        }
        return facts;
    }

    private StepFact run(PodView pod, PodAction.Step step) throws IOException {
        return switch (step) {
            case PodAction.MountVolumes mount -> mount(pod);
            case PodAction.CreateSandbox create -> createSandbox(pod, create.attempt());
            case PodAction.DiscardSandbox discard -> discard(pod, discard.sandbox());
            case PodAction.StartContainer start -> start(pod, start);
            case PodAction.Signal signal -> {
                String name = signal.kill() ? "KILL" : runtime.stopSignal(signal.id());
                runtime.signalContainer(signal.id(), name);
                yield new StepFact.RuntimeChanged();
            }
            case PodAction.RemoveContainer remove -> {
                runtime.removeContainer(remove.id());
                yield new StepFact.RuntimeChanged();
            }
            case PodAction.Release release -> {
                volumes.unmount(pod.identity().uid());
                yield new StepFact.Released();
            }
        };
    }

    private StepFact mount(PodView pod) throws IOException {
        try {
            volumes.mount(pod, specs.downward(pod, List.of()));
            return new StepFact.VolumesMounted();
        } catch (VolumeException e) {
            events.record(pod.identity(), PodEvent.warning("FailedMount", String.valueOf(e.getMessage())));
            return new StepFact.VolumesFailed();
        }
    }

    private StepFact createSandbox(PodView pod, int attempt) {
        String key = podKey(pod.identity().uid(), attempt);
        Optional<SandboxId> made = Optional.empty();
        try {
            Optional<PodAddress> address = pod.hostNetwork() ? Optional.empty() : Optional.of(network.reserve(key));
            SandboxState sandbox = runtime.createSandbox(specs.sandbox(pod, attempt, address));
            made = Optional.of(sandbox.id());
            if (address.isPresent()) {
                network.attach(sandbox.id(), sandbox.pid(), key);
            }
            return new StepFact.SandboxCreated(sandbox);
        } catch (IOException e) {
            LOG.warn("pod {}: no sandbox: {}", pod.title(), e.getMessage());
            events.record(
                    pod.identity(),
                    PodEvent.warning("FailedCreatePodSandBox", "Failed to create pod sandbox: " + e.getMessage()));
            made.ifPresent(id -> removeHalfMade(pod, id, key));
            return new StepFact.SandboxFailed();
        }
    }

    private void removeHalfMade(PodView pod, SandboxId id, String key) {
        try {
            network.detach(id, key);
            runtime.removeSandbox(id);
        } catch (IOException e) {
            // The next look finds it, not ready, and discards it.
            LOG.warn("pod {}: a half-made sandbox stays for now: {}", pod.title(), e.getMessage());
        }
    }

    private StepFact discard(PodView pod, SandboxState sandbox) throws IOException {
        if (!sandbox.address().isEmpty()) {
            network.detach(sandbox.id(), podKey(pod.identity().uid(), sandbox.attempt()));
        }
        runtime.removeSandbox(sandbox.id());
        return new StepFact.RuntimeChanged();
    }

    private StepFact start(PodView pod, PodAction.StartContainer start) throws IOException {
        ContainerView container = start.container();
        String image = container.image();
        Optional<String> reference = ImageReference.withDefaultTag(image);
        if (reference.isEmpty()) {
            String message = "Failed to apply default image tag \"" + image + "\": couldn't parse image name \"" + image
                    + "\": invalid reference format";
            tell(pod, container, PodEvent.warning("InspectFailed", message));
            return failed(pod, container, "InvalidImageName", message, "InvalidImageName");
        }
        Optional<ImageInfo> present = runtime.findImage(reference.get());
        boolean always = container.pullPolicy() == PullPolicy.ALWAYS;
        if (!start.pulled() && (always || present.isEmpty() && container.pullPolicy() != PullPolicy.NEVER)) {
            return new StepFact.PullNeeded(container.name());
        }
        if (present.isEmpty()) {
            String message = "Container image \"" + image + "\" is not present with pull policy of Never";
            tell(pod, container, PodEvent.warning("ErrImageNeverPull", message));
            return failed(pod, container, "ErrImageNeverPull", message, "ErrImageNeverPull");
        }
        if (!start.pulled()) {
            String message = "Container image \"" + image + "\" already present on machine";
            tell(pod, container, PodEvent.normal("Pulled", message));
        }
        return create(pod, start, present.get());
    }

    private StepFact create(PodView pod, PodAction.StartContainer start, ImageInfo image) throws IOException {
        ContainerView container = start.container();
        String name = container.name();
        ContainerSpec spec;
        try {
            spec = specs.container(
                    pod, container, start.attempt(), start.sandbox().address(), image);
        } catch (ContainerConfigException | VolumeException e) {
            String message = String.valueOf(e.getMessage());
            return failed(pod, container, "CreateContainerConfigError", message, message);
        }
        ContainerId id;
        try {
            id = runtime.createContainer(start.sandbox().id(), spec);
        } catch (ContainerRuntimeException e) {
            requireAnswer(e);
            String message = String.valueOf(e.getMessage());
            return failed(pod, container, "CreateContainerError", message, message);
        }
        tell(pod, container, PodEvent.normal("Created", "Created container: " + name));
        try {
            runtime.startContainer(id);
        } catch (ContainerRuntimeException e) {
            requireAnswer(e);
            String message = "failed to start container \"" + id + "\": " + e.getMessage();
            return failed(pod, container, "RunContainerError", message, message);
        }
        LOG.info("pod {}: started container {} (attempt {})", pod.title(), name, start.attempt());
        tell(pod, container, PodEvent.normal("Started", "Started container " + name));
        return new StepFact.ContainerStarted(name, id);
    }

    private static void requireAnswer(ContainerRuntimeException e) throws ContainerRuntimeException {
        if (e.reason() == Reason.UNAVAILABLE) {
            throw e;
        }
    }

    private StepFact failed(PodView pod, ContainerView container, String reason, String message, String error) {
        tell(pod, container, PodEvent.warning("Failed", "Error: " + error));
        return new StepFact.StartFailed(container.name(), reason, message);
    }

    private void tell(PodView pod, ContainerView container, PodEvent event) {
        events.record(pod.identity(), event.of(container));
    }
}
