/**
 * Makes the schemas of the built-in kinds at build time. Nothing here runs in a server.
 */
@NullMarked
package dev.troupe.schema;

import org.jspecify.annotations.NullMarked;
