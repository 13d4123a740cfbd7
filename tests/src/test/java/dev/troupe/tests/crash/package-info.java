/**
 * Real server processes, killed at any moment and started again: the invariants of the journal, the versions and the
 * watches, as clients see them. The checkers are in {@code dev.troupe.tests.check}.
 */
@NullMarked
package dev.troupe.tests.crash;

import org.jspecify.annotations.NullMarked;
