package dev.troupe.actors;

/** A message that may go from one member to another, so that it has an explicit, versioned serializer. */
public interface ClusterMessage {}
