package dev.troupe.persistence.serialization;

import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.resource.ObjectKey;

/** An entity's state as a snapshot keeps it; the key says whether it must be encrypted. */
public record ObjectSnapshot(ObjectKey key, ObjectState state) {}
