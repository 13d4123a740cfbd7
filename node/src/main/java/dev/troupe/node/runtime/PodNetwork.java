package dev.troupe.node.runtime;

import java.io.IOException;
import java.util.Map;

/**
 * Gives pods addresses and connects their sandboxes. A key names one sandbox of one pod for ever (pod uid and sandbox
 * attempt); pods on the host's network are never seen here.
 *
 * <p>Order in life: {@link #reserve}, the sandbox is made, {@link #attach}, ..., {@link #detach}. Calls block: never on
 * an actor's dispatcher. Safe for many threads. All are idempotent.
 */
public interface PodNetwork {

    /** Takes an address before the sandbox exists, so that its files can hold it. The same key gets the same address. */
    PodAddress reserve(String podKey) throws IOException;

    /**
     * Connects a sandbox with the address reserved for its key.
     *
     * @param pausePid process whose network namespace is the pod's
     */
    PodAddress attach(SandboxId id, long pausePid, String podKey) throws IOException;

    /** Disconnects a sandbox, which may be dead by now, and gives its address back. */
    void detach(SandboxId id, String podKey) throws IOException;

    /**
     * Tells which sandboxes there are, at start and from time to time: their addresses are in use, all others are given
     * back. Sandboxes found running after a restart of the agent are announced here first.
     *
     * @param inUse those whose sandbox exists or is being made, by key
     */
    void retain(Map<String, PodAddress> inUse) throws IOException;
}
