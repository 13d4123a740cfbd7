package dev.troupe.model.scheduler;

/** Where a pod goes, or why nowhere. */
public sealed interface SchedulingDecision {
    record Bind(String node) implements SchedulingDecision {}

    /** @param message in Kubernetes' words, for example {@code 0/3 nodes are available: 3 Insufficient cpu.} */
    record Unschedulable(String message) implements SchedulingDecision {}
}
