/**
 * The port through which the HTTP layer, controllers, the scheduler and nodes read and write objects. No implementation lives here.
 */
@NullMarked
package dev.troupe.model.api;

import org.jspecify.annotations.NullMarked;
