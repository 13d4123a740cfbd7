/**
 * The controllers that delete what nobody needs any more: dependents without an owner, and pods that no node will ever
 * end.
 */
@NullMarked
package dev.troupe.model.controller.garbage;

import org.jspecify.annotations.NullMarked;
