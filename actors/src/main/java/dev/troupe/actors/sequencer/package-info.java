/**
 * The sequencer of each resource: it gives events their resourceVersions and publishes them in that order. It knows no kind.
 */
@NullMarked
package dev.troupe.actors.sequencer;

import org.jspecify.annotations.NullMarked;
