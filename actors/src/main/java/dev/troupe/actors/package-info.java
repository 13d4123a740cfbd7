/**
 * What all actors of a member share. Anything with a job of its own lives in a package below.
 */
@NullMarked
package dev.troupe.actors;

import org.jspecify.annotations.NullMarked;
