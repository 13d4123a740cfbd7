/**
 * The controller of ResourceQuotas: what is used, as users see it. Whether a write still fits is decided elsewhere, from
 * the objects themselves.
 */
@NullMarked
package dev.troupe.model.controller.quota;

import org.jspecify.annotations.NullMarked;
