/**
 * The event-sourced entity of every API object: the only writer of its object. What a write does is decided in the model, never here.
 */
@NullMarked
package dev.troupe.actors.entity;

import org.jspecify.annotations.NullMarked;
