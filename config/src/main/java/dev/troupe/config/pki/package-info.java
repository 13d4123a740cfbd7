/**
 * The cluster's certificate authority and the certificates it issues. TLS itself is the JDK's; nothing here opens a port.
 */
@NullMarked
package dev.troupe.config.pki;

import org.jspecify.annotations.NullMarked;
