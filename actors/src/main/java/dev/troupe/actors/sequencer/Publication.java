package dev.troupe.actors.sequencer;

import dev.troupe.model.resource.NamespacedName;

/**
 * One commit with what a cache needs to follow it.
 *
 * @param sequenceNr of the event in the object's own stream
 * @param object the unversioned bytes after the event; empty for a removal, whose last state every cache holds
 */
public record Publication(long resourceVersion, NamespacedName name, long sequenceNr, boolean removed, byte[] object) {}
