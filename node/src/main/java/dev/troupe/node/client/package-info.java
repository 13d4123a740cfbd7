/**
 * The API of a remote server behind the same port that the control plane's own parts use: for agents. It knows HTTP and
 * nothing of nodes.
 */
@NullMarked
package dev.troupe.node.client;

import org.jspecify.annotations.NullMarked;
