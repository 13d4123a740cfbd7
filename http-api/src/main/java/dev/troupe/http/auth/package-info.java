/**
 * Who asks, and whether they may: authenticators, authorizers and impersonation. Answers come from memory; what is
 * particular to a later kind of token or to RBAC plugs in through the ports here.
 */
@NullMarked
package dev.troupe.http.auth;

import org.jspecify.annotations.NullMarked;
