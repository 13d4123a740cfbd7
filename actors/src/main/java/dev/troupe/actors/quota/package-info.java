/**
 * The gate at which the writers that share a namespace's quotas queue up. What an object uses and what a quota covers is
 * computed in the model.
 */
@NullMarked
package dev.troupe.actors.quota;

import org.jspecify.annotations.NullMarked;
