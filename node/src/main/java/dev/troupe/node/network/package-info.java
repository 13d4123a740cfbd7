/**
 * The pods' network on a Linux node: the bridge, the addresses, the routes to other nodes, and the commands of the
 * operating system that make them. Services and names are not known here.
 */
@NullMarked
package dev.troupe.node.network;

import org.jspecify.annotations.NullMarked;
