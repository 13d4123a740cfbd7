/**
 * The events that the journal keeps, as pure data. Serializers live in persistence.
 */
@NullMarked
package dev.troupe.model.journal;

import org.jspecify.annotations.NullMarked;
