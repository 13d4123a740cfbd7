/**
 * The OpenAPI documents of what is served, versions 2 and 3, from the generated schemas. Plain values; nothing of Pekko.
 */
@NullMarked
package dev.troupe.http.openapi;

import org.jspecify.annotations.NullMarked;
