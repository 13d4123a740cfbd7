/**
 * Docker Engine: finding or starting one, the images that Troupe makes itself, and the container runtime over it.
 * Only this package sees the engine's client library.
 */
@NullMarked
package dev.troupe.node.docker;

import org.jspecify.annotations.NullMarked;
