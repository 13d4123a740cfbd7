/**
 * Histories of what clients asked and were answered, and checkers that say whether a history keeps the promises. Nothing
 * here talks to a server, so that a simulation can use it as well as a test of real processes.
 */
@NullMarked
package dev.troupe.tests.check;

import org.jspecify.annotations.NullMarked;
