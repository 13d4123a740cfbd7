package dev.troupe.actors.sequencer;

import dev.troupe.model.resource.GroupResource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last durable version of each sequencer that runs in this JVM, so that a read here need not ask. A sequencer that
 * leaves takes its entry away before its successor can start elsewhere.
 */
public final class LocalVersions {
    private final Map<GroupResource, Long> versions = new ConcurrentHashMap<>();

    /** Empty if the resource's sequencer runs elsewhere, or nowhere at the moment. */
    public OptionalLong latest(GroupResource resource) {
        Long version = versions.get(resource);
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }

    void reached(GroupResource resource, long version) {
        versions.put(resource, version);
    }

    void left(GroupResource resource) {
        versions.remove(resource);
    }
}
