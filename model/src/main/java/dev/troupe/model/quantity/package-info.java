/**
 * Kubernetes' quantities: amounts with a unit, such as {@code 500m} or {@code 1Gi}. What a quantity measures is not known
 * here.
 */
@NullMarked
package dev.troupe.model.quantity;

import org.jspecify.annotations.NullMarked;
