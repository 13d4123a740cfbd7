/**
 * The node's DNS server: names of services and pods from what the API tells, everything else from the host's own
 * resolvers. How pods come to ask it is the service proxy's matter.
 */
@NullMarked
package dev.troupe.node.dns;

import org.jspecify.annotations.NullMarked;
