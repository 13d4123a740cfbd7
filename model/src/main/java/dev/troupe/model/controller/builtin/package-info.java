/**
 * The list of the built-in controllers. It is what a composition root needs to know of them; their thinking lives in the
 * packages beside.
 */
@NullMarked
package dev.troupe.model.controller.builtin;

import org.jspecify.annotations.NullMarked;
