/**
 * The ports between the node and what runs its pods: containers and pod networks, with the values they speak in.
 * No engine's client library is seen here, and no API object's JSON.
 */
@NullMarked
package dev.troupe.node.runtime;

import org.jspecify.annotations.NullMarked;
