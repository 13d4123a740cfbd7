/**
 * Label and field selectors: parsing and matching. Nothing here knows a kind.
 */
@NullMarked
package dev.troupe.model.selector;

import org.jspecify.annotations.NullMarked;
