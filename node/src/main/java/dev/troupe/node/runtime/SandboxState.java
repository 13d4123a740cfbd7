package dev.troupe.node.runtime;

import java.time.Instant;
import java.util.List;

/**
 * A sandbox as the runtime has it.
 *
 * @param ready its namespaces live: containers can be started in it
 * @param pid process that holds the network namespace; 0 where there is none
 * @param address as given at creation; empty for a pod on the host's network
 */
public record SandboxState(
        SandboxId id, PodIdentity pod, int attempt, boolean ready, long pid, Instant createdAt, List<String> address) {
    public SandboxState {
        address = List.copyOf(address);
    }
}
