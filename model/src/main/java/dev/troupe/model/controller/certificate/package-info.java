/**
 * The controller of nodes' CertificateSigningRequests: which are approved without a person, which are signed, and when
 * they are forgotten. The key that signs is behind a port.
 */
@NullMarked
package dev.troupe.model.controller.certificate;

import org.jspecify.annotations.NullMarked;
