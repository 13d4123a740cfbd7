package dev.troupe.http.node;

import dev.troupe.config.pki.Credentials;

/**
 * How the server reaches nodes.
 *
 * @param credentials a client certificate that nodes serve
 * @param localNodes whether nodes may be on this machine; else their loopback addresses are refused
 */
public record NodeAccess(Credentials credentials, boolean localNodes) {}
