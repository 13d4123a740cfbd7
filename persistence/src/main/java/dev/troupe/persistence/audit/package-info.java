/**
 * Reads a journal as the record of what happened, beside a running server or without one. Nothing here writes, and
 * nothing here needs an actor system.
 */
@NullMarked
package dev.troupe.persistence.audit;

import org.jspecify.annotations.NullMarked;
