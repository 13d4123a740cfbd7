/**
 * The node: registration, heartbeats and the actor that supervises the pods' workers. What a pod needs done is decided
 * in its own packages.
 */
@NullMarked
package dev.troupe.node;

import org.jspecify.annotations.NullMarked;
