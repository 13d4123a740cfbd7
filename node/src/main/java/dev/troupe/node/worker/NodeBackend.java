package dev.troupe.node.worker;

import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.PodNetwork;
import dev.troupe.node.volume.PodVolumes;

/** What pods run on: real or simulated throughout. */
public record NodeBackend(ContainerRuntime runtime, PodNetwork network, PodVolumes volumes, HandlerRunner handlers) {}
