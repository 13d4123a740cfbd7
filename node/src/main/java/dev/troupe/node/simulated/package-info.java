/**
 * Containers that exist only in memory: for clusters of many nodes on one machine, for machines without Docker and for
 * tests. What they do is data; nothing here starts a process or touches a file.
 */
@NullMarked
package dev.troupe.node.simulated;

import org.jspecify.annotations.NullMarked;
