package dev.troupe.node.simulated;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ContainerRuntimeException.Reason;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.ContainerState.Exit;
import dev.troupe.node.runtime.ContainerState.Phase;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.ExecSession;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import dev.troupe.node.runtime.PodIdentity;
import dev.troupe.node.runtime.RegistryCredentials;
import dev.troupe.node.runtime.RuntimeEvent;
import dev.troupe.node.runtime.RuntimeInfo;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxSpec;
import dev.troupe.node.runtime.SandboxState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One node's containers as entries of a map. They run until they are stopped, or as their {@link SimulatedBehaviour}
 * says; every image is present unless its name begins with {@code missing}. They have no logs, and nothing can be run
 * in them: both are refused with a clear message.
 */
public final class SimulatedContainerRuntime implements ContainerRuntime {
    private static final int KILLED = 137;
    private static final int TERMINATED = 0;

    /** Sets something off later; real time or a simulation's own. */
    public interface Later {
        void run(Duration delay, Runnable action);
    }

    private static final class Pod {
        private final Map<SandboxId, SandboxState> sandboxes = new LinkedHashMap<>();
        private final Map<ContainerId, ContainerState> containers = new LinkedHashMap<>();
    }

    private final String node;
    private final InstantSource clock;
    private final Delays delays;
    private final Later later;
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Map<String, String> podOf = new LinkedHashMap<>();
    private final List<Consumer<RuntimeEvent>> observers = new CopyOnWriteArrayList<>();
    private final AtomicLong ids = new AtomicLong();

    /** @param node distinguishes the ids of several nodes */
    public SimulatedContainerRuntime(String node, InstantSource clock, Delays delays, Later later) {
        this.node = node;
        this.clock = clock;
        this.delays = delays;
        this.later = later;
    }

    @Override
    public RuntimeInfo info() {
        return new RuntimeInfo("sim", "0.1.0", "cgroupfs");
    }

    @Override
    public synchronized RuntimeSnapshot list() {
        List<SandboxState> sandboxes = new ArrayList<>();
        List<ContainerState> containers = new ArrayList<>();
        pods.values().forEach(pod -> {
            sandboxes.addAll(pod.sandboxes.values());
            containers.addAll(pod.containers.values());
        });
        return new RuntimeSnapshot(sandboxes, containers);
    }

    @Override
    public synchronized RuntimeSnapshot list(String podUid) {
        Pod pod = pods.get(podUid);
        return pod == null
                ? new RuntimeSnapshot(List.of(), List.of())
                : new RuntimeSnapshot(List.copyOf(pod.sandboxes.values()), List.copyOf(pod.containers.values()));
    }

    @Override
    public SandboxState createSandbox(SandboxSpec spec) throws IOException {
        delays.next();
        SandboxState sandbox = new SandboxState(
                new SandboxId(nextId()), spec.pod(), spec.attempt(), true, 0, clock.instant(), spec.address());
        synchronized (this) {
            podOf.put(sandbox.id().value(), spec.pod().uid());
            pods.computeIfAbsent(spec.pod().uid(), uid -> new Pod()).sandboxes.put(sandbox.id(), sandbox);
        }
        return sandbox;
    }

    private String nextId() {
        return node + "-" + Long.toHexString(ids.incrementAndGet());
    }

    @Override
    public void stopSandbox(SandboxId id) {
        PodIdentity pod;
        synchronized (this) {
            Optional<Pod> owner = pod(id.value());
            SandboxState sandbox = owner.map(found -> found.sandboxes.get(id)).orElse(null);
            if (owner.isEmpty() || sandbox == null) {
                return;
            }
            pod = sandbox.pod();
            owner.get()
                    .sandboxes
                    .put(
                            id,
                            new SandboxState(
                                    id, pod, sandbox.attempt(), false, 0, sandbox.createdAt(), sandbox.address()));
        }
        tell(pod);
    }

    @Override
    public synchronized void removeSandbox(SandboxId id) {
        pod(id.value()).ifPresent(pod -> pod.sandboxes.remove(id));
        forget(id.value());
    }

    @Override
    public ContainerId createContainer(SandboxId sandbox, ContainerSpec spec) throws IOException {
        delays.next();
        ContainerId id = new ContainerId(nextId());
        synchronized (this) {
            Pod pod = pod(sandbox.value()).orElseThrow(() -> notFound(sandbox.value()));
            podOf.put(id.value(), spec.pod().uid());
            pod.containers.put(
                    id,
                    new ContainerState(
                            id,
                            sandbox,
                            spec.pod(),
                            spec.name(),
                            spec.attempt(),
                            Phase.CREATED,
                            spec.image(),
                            spec.image(),
                            clock.instant(),
                            Optional.empty(),
                            Optional.empty(),
                            spec.annotations()));
        }
        return id;
    }

    @Override
    public void startContainer(ContainerId id) throws IOException {
        delays.next();
        ContainerState container = container(id).orElseThrow(() -> notFound(id.value()));
        SimulatedBehaviour behaviour = SimulatedBehaviour.of(container.annotations());
        Instant now = clock.instant();
        if (behaviour.startFailure().isPresent()) {
            String error = behaviour.startFailure().get();
            change(id, before -> ended(before, Optional.empty(), new Exit(127, false, error, now)));
            throw new ContainerRuntimeException(Reason.REFUSED, error);
        }
        change(id, before -> with(before, Phase.RUNNING, Optional.of(now), Optional.empty()));
        behaviour.runFor().ifPresent(time -> later.run(time, () -> end(id, behaviour.exitCode())));
    }

    @Override
    public void signalContainer(ContainerId id, String signal) {
        end(id, signal.equals("KILL") ? KILLED : TERMINATED);
    }

    @Override
    public String stopSignal(ContainerId id) {
        return "TERM";
    }

    private void end(ContainerId id, int code) {
        Optional<ContainerState> running = container(id).filter(ContainerState::isRunning);
        if (running.isPresent()) {
            Exit exit = new Exit(code, false, "", clock.instant());
            change(id, before -> ended(before, before.startedAt(), exit));
            tell(running.get().pod());
        }
    }

    private static ContainerState ended(ContainerState before, Optional<Instant> startedAt, Exit exit) {
        return with(before, Phase.EXITED, startedAt, Optional.of(exit));
    }

    private static ContainerState with(
            ContainerState before, Phase phase, Optional<Instant> startedAt, Optional<Exit> exit) {
        return new ContainerState(
                before.id(),
                before.sandbox(),
                before.pod(),
                before.name(),
                before.attempt(),
                phase,
                before.image(),
                before.imageId(),
                before.createdAt(),
                startedAt,
                exit,
                before.annotations());
    }

    private synchronized Optional<ContainerState> container(ContainerId id) {
        return pod(id.value()).map(pod -> pod.containers.get(id));
    }

    private synchronized void change(ContainerId id, UnaryOperator<ContainerState> change) {
        pod(id.value()).ifPresent(pod -> pod.containers.computeIfPresent(id, (key, before) -> change.apply(before)));
    }

    private Optional<Pod> pod(String id) {
        return Optional.ofNullable(podOf.get(id)).map(pods::get);
    }

    private void tell(PodIdentity pod) {
        observers.forEach(observer -> observer.accept(new RuntimeEvent.PodChanged(pod)));
    }

    @Override
    public synchronized void removeContainer(ContainerId id) {
        pod(id.value()).ifPresent(pod -> pod.containers.remove(id));
        forget(id.value());
    }

    private void forget(String id) {
        String uid = podOf.remove(id);
        Pod pod = uid == null ? null : pods.get(uid);
        if (pod != null && pod.sandboxes.isEmpty() && pod.containers.isEmpty()) {
            pods.remove(uid);
        }
    }

    private static ContainerRuntimeException notFound(String id) {
        return new ContainerRuntimeException(Reason.NOT_FOUND, "no such simulated container: " + id);
    }

    @Override
    public ExecSession exec(ExecRequest request) throws IOException {
        throw unsupported("nothing can be run in it");
    }

    @Override
    public ExecSession attach(ContainerId id, boolean stdin, boolean tty) throws IOException {
        throw unsupported("nothing can attach to it");
    }

    @Override
    public LogStream logs(ContainerId id, LogRequest request) throws IOException {
        throw unsupported("it has no log");
    }

    private static ContainerRuntimeException unsupported(String what) {
        return new ContainerRuntimeException(Reason.UNSUPPORTED, "the container is simulated: " + what);
    }

    @Override
    public Optional<ImageInfo> findImage(String reference) {
        String name = reference.substring(reference.lastIndexOf('/') + 1);
        return name.startsWith("missing")
                ? Optional.empty()
                : Optional.of(new ImageInfo(reference, List.of(reference), 0, Optional.of("65532")));
    }

    @Override
    public ImageInfo pullImage(String reference, List<RegistryCredentials> credentials) throws IOException {
        delays.next();
        return findImage(reference)
                .orElseThrow(() -> new ContainerRuntimeException(
                        Reason.NOT_FOUND, "manifest for " + reference + " not found: manifest unknown"));
    }

    @Override
    public List<ImageInfo> images() {
        return List.of();
    }

    @Override
    public AutoCloseable events(Consumer<RuntimeEvent> observer) {
        observers.add(observer);
        return () -> observers.remove(observer);
    }

    @Override
    public synchronized void removeAll() {
        pods.clear();
        podOf.clear();
    }

    @Override
    public void close() {
        observers.clear();
    }
}
