/**
 * The Kubernetes protocol over HTTP: the server, its handler chain and the verbs. It knows {@code ResourceApi}, never an
 * actor, and holds no state of the cluster.
 */
@NullMarked
package dev.troupe.http;

import org.jspecify.annotations.NullMarked;
