/**
 * Quotas as pure functions: what an object uses, which quotas cover it, and whether it still fits. Who keeps the used
 * amounts, and serializes the writers that share a quota, is not known here.
 */
@NullMarked
package dev.troupe.model.quota;

import org.jspecify.annotations.NullMarked;
