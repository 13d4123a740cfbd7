/**
 * The files and folders of the node that a pod's containers see: volumes of every kind, hosts and termination messages.
 * All of it blocks; none of it talks to a container runtime.
 */
@NullMarked
package dev.troupe.node.volume;

import org.jspecify.annotations.NullMarked;
