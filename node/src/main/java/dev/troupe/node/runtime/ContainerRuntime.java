package dev.troupe.node.runtime;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs containers in sandboxes: one sandbox a pod. All that must outlive the agent is kept by the runtime itself, so
 * {@link #list} after a restart tells everything.
 *
 * <p>Calls block and may take seconds: never on an actor's dispatcher. Safe for many threads. Every failure is an
 * {@link IOException}, a {@link ContainerRuntimeException} where a caller may act on the reason.
 */
public interface ContainerRuntime extends AutoCloseable {

    /** Fails if the runtime does not answer: also the node's health check. */
    RuntimeInfo info() throws IOException;

    /** Every sandbox and container of this node, stopped ones too. */
    RuntimeSnapshot list() throws IOException;

    /** As {@link #list}, only one pod's. */
    RuntimeSnapshot list(String podUid) throws IOException;

    /** Makes and starts a sandbox. */
    SandboxState createSandbox(SandboxSpec spec) throws IOException;

    /** Kills a sandbox; containers in it lose their network. Idempotent. */
    void stopSandbox(SandboxId id) throws IOException;

    /** Removes a sandbox. Idempotent. */
    void removeSandbox(SandboxId id) throws IOException;

    /** @throws ContainerRuntimeException NOT_FOUND if the image is absent */
    ContainerId createContainer(SandboxId sandbox, ContainerSpec spec) throws IOException;

    /** @throws ContainerRuntimeException REFUSED if its command cannot be run; the message says why */
    void startContainer(ContainerId id) throws IOException;

    /** Sends a signal such as {@code TERM} or {@code KILL}. Does nothing to a container that does not run. */
    void signalContainer(ContainerId id, String signal) throws IOException;

    /** The signal that asks the container to end, as its image says: {@code TERM} unless it says otherwise. */
    String stopSignal(ContainerId id) throws IOException;

    /** Removes a container, killing it if need be. Idempotent. */
    void removeContainer(ContainerId id) throws IOException;

    /** Starts a command in a running container. */
    ExecSession exec(ExecRequest request) throws IOException;

    /** Connects to the main process of a running container. {@link ExecSession#exitCode} is the container's. */
    ExecSession attach(ContainerId id, boolean stdin, boolean tty) throws IOException;

    /** Opens the log of a container, running or not. */
    LogStream logs(ContainerId id, LogRequest request) throws IOException;

    /** The image that a reference names, if it is present. */
    Optional<ImageInfo> findImage(String reference) throws IOException;

    /** @throws IOException with the registry's words; may take minutes */
    ImageInfo pullImage(String reference, List<RegistryCredentials> credentials) throws IOException;

    List<ImageInfo> images() throws IOException;

    /** Calls the observer, on some thread and without blocking it, until closed. */
    AutoCloseable events(Consumer<RuntimeEvent> observer);

    /** Removes every sandbox and container of this cluster on this engine, of all nodes: for {@code down}. */
    void removeAll() throws IOException;

    @Override
    void close();
}
