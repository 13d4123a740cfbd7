package dev.troupe.node.worker;

import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.Handler;
import dev.troupe.node.runtime.ContainerId;
import java.time.Duration;

/** Runs probes and hooks. Blocks up to the timeout; fit for virtual threads. */
public interface HandlerRunner {
    /**
     * Which container it is about.
     *
     * @param podIp where HTTP and TCP go unless the handler names a host
     */
    record Target(ContainerId id, ContainerView container, String podIp) {}

    HandlerResult run(Target target, Handler handler, Duration timeout);

    /** For simulated containers, of which every question has a good answer. */
    static HandlerRunner alwaysWell() {
        return (target, handler, timeout) -> HandlerResult.success("");
    }
}
