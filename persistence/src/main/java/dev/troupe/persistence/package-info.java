/**
 * Reading the journal other than by Pekko's recovery: the start-up scan and the audit's reader. Nothing here decides.
 */
@NullMarked
package dev.troupe.persistence;

import org.jspecify.annotations.NullMarked;
