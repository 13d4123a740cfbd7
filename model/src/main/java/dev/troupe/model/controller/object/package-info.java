/**
 * What several reconcilers need to read and build objects: small views over trees, conditions, owner references, plan
 * steps. Nothing here decides anything.
 */
@NullMarked
package dev.troupe.model.controller.object;

import org.jspecify.annotations.NullMarked;
