/**
 * Expected failures as values. Texts match Kubernetes' wherever a user sees them.
 */
@NullMarked
package dev.troupe.model.status;

import org.jspecify.annotations.NullMarked;
