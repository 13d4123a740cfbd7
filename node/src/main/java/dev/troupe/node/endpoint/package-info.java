/**
 * The node's HTTPS port, by which the API server reaches logs and commands of this node's containers. It reads what the
 * node knows of its pods and asks the container runtime; it never writes.
 */
@NullMarked
package dev.troupe.node.endpoint;

import org.jspecify.annotations.NullMarked;
