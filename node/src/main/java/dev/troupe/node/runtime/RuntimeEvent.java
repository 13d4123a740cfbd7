package dev.troupe.node.runtime;

/** A hint that something happened to a pod's sandbox or container: look again. */
public sealed interface RuntimeEvent {

    /** One pod's containers or sandbox changed. */
    record PodChanged(PodIdentity pod) implements RuntimeEvent {}

    /** Events may have been missed, for example while the runtime was away: look at everything. */
    record Resync() implements RuntimeEvent {}
}
