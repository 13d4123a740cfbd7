/**
 * The members' watch caches: what LIST, GET and WATCH read. Nothing here writes or wakes an entity, but for the start-up's repair.
 */
@NullMarked
package dev.troupe.actors.cache;

import org.jspecify.annotations.NullMarked;
