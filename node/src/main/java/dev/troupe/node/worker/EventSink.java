package dev.troupe.node.worker;

import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.runtime.PodIdentity;

/** Takes events about pods; never blocks and never fails. Safe for many threads. */
public interface EventSink {
    void record(PodIdentity pod, PodEvent event);
}
