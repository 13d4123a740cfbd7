/**
 * Follows a resource of the API for actors of the node: its state at first, then every change, through any loss of the
 * watch. What the objects mean is not known here.
 */
@NullMarked
package dev.troupe.node.reflect;

import org.jspecify.annotations.NullMarked;
