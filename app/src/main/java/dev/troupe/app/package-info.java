/**
 * The composition root and the command line: the only place that sees every module. What it composes lives elsewhere.
 */
@NullMarked
package dev.troupe.app;

import org.jspecify.annotations.NullMarked;
