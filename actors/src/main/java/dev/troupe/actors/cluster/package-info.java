/**
 * The actor system of a member: configuration, start, readiness and stop. The composition root is the only reader outside this module.
 */
@NullMarked
package dev.troupe.actors.cluster;

import org.jspecify.annotations.NullMarked;
