package dev.troupe.model.journal;

import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import java.util.List;

/** A batch of the sequencer's log of one resource: which event of which object has which resourceVersion. */
public record VersionsCommitted(GroupResource resource, List<Commit> commits) {

    /**
     * @param resourceVersion microseconds since the epoch, strictly increasing within the resource
     * @param sequenceNr of the object's event in its own stream
     * @param removed true if that event removed the object
     */
    public record Commit(long resourceVersion, NamespacedName name, long sequenceNr, boolean removed) {}

    public VersionsCommitted {
        commits = List.copyOf(commits);
    }
}
