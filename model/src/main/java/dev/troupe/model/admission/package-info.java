/**
 * Admission: what is asked of a write beyond its object's own rules, with the rest of the cluster in view. Pure; quotas,
 * which need one writer, are in the quota package.
 */
@NullMarked
package dev.troupe.model.admission;

import org.jspecify.annotations.NullMarked;
