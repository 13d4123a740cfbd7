/**
 * The implementation of ResourceApi over entities and caches. No actor lives here and no rule of a particular kind.
 */
@NullMarked
package dev.troupe.actors.api;

import org.jspecify.annotations.NullMarked;
