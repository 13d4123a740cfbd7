/**
 * The schemas of the built-in kinds, read from what the build generated, and all that they drive. No kind by name.
 */
@NullMarked
package dev.troupe.model.schema;

import org.jspecify.annotations.NullMarked;
