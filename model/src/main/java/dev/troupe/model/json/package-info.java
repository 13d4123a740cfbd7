/**
 * The one JSON configuration and read-only access to trees. No kind's own rules live here.
 */
@NullMarked
package dev.troupe.model.json;

import org.jspecify.annotations.NullMarked;
