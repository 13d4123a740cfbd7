/**
 * Reviews: questions about identity and access that are created, answered at once and never stored. They ask the same
 * authenticator and authorizer as requests pass.
 */
@NullMarked
package dev.troupe.http.review;

import org.jspecify.annotations.NullMarked;
