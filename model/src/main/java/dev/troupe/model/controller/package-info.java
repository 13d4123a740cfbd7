/**
 * Controllers as pure functions: what a reconciler sees, and the plan that it returns. No actor, no clock, no I/O, no
 * state between two calls; the shells that run them live in the actors module.
 */
@NullMarked
package dev.troupe.model.controller;

import org.jspecify.annotations.NullMarked;
