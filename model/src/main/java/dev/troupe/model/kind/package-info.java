/**
 * The built-in kinds: one strategy and one table each. Verbs, storage and protocol know nothing of a particular kind.
 */
@NullMarked
package dev.troupe.model.kind;

import org.jspecify.annotations.NullMarked;
