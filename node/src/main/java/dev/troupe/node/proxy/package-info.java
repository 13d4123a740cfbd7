/**
 * The node's service proxy: follows Services and EndpointSlices and keeps iptables as they want it. Which rules that
 * are is decided in the model.
 */
@NullMarked
package dev.troupe.node.proxy;

import org.jspecify.annotations.NullMarked;
