/**
 * A pod's worker: the actor that carries out what {@code node.pod} decides, and what it needs for that: container
 * specs, environments, probes, hooks, events and status reports.
 */
@NullMarked
package dev.troupe.node.worker;

import org.jspecify.annotations.NullMarked;
