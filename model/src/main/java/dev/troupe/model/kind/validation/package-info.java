/**
 * Rules that several kinds share, with Kubernetes' messages. What is particular to one kind stays in its strategy.
 */
@NullMarked
package dev.troupe.model.kind.validation;

import org.jspecify.annotations.NullMarked;
