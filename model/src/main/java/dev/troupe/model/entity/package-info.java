/**
 * What an object's entity decides: a state and a write give an event or a Status. No actor, clock or chance lives here.
 */
@NullMarked
package dev.troupe.model.entity;

import org.jspecify.annotations.NullMarked;
