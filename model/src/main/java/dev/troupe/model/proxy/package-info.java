/**
 * What a node's service proxy programs: Services and EndpointSlices in, an iptables rule set out. Running iptables is
 * the node module's.
 */
@NullMarked
package dev.troupe.model.proxy;

import org.jspecify.annotations.NullMarked;
