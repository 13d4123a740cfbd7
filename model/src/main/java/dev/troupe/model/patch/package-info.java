/**
 * JSON patch, merge patch and strategic merge patch on trees, with Kubernetes' answers to bad ones. No kind by name.
 */
@NullMarked
package dev.troupe.model.patch;

import org.jspecify.annotations.NullMarked;
