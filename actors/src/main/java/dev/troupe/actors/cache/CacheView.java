package dev.troupe.actors.cache;

/** All objects of a resource at one version. Immutable. */
public record CacheView(long version, SortedObjects objects) {}
