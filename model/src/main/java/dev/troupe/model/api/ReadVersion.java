package dev.troupe.model.api;

/** How fresh a read must be: {@code resourceVersion} and {@code resourceVersionMatch} of the request. */
public sealed interface ReadVersion {
    /** Sees every write acknowledged before the read began. */
    record Latest() implements ReadVersion {}

    /** Whatever the local cache holds: resourceVersion 0. */
    record Any() implements ReadVersion {}

    record NotOlderThan(long resourceVersion) implements ReadVersion {}

    record Exact(long resourceVersion) implements ReadVersion {}
}
