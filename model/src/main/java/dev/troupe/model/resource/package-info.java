/**
 * What a resource is: its type, its strategy, its identity, one stored version of one object. No kind's own rules live here.
 */
@NullMarked
package dev.troupe.model.resource;

import org.jspecify.annotations.NullMarked;
