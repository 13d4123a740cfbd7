package dev.troupe.actors.sequencer;

import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.journal.VersionsCommitted.Commit;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import scala.collection.immutable.HashMap;
import scala.collection.immutable.TreeMap;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * What a sequencer's log adds up to: the last commit of each name. Persistent maps, so that a snapshot of a hundred
 * thousand names costs the actor nothing.
 *
 * @param lastVersion of all commits; {@link #FIRST_VERSION} before the first
 * @param removals the names whose last commit is a removal, oldest first
 */
record SequencerState(
        long lastVersion, HashMap<NamespacedName, Commit> commits, TreeMap<Long, NamespacedName> removals) {
    /** The version of a resource that never had an object: a watch may start from it, and 0 means something else. */
    static final long FIRST_VERSION = 1;

    /**
     * Removed names that are remembered. One is only asked about again when its entity recovers; if it was forgotten by
     * then, the removal gets a second version, and caches that no longer hold the object ignore it.
     */
    static final int MAX_REMOVALS = 20_000;

    static final SequencerState EMPTY = new SequencerState(FIRST_VERSION, noCommits(), noRemovals());

    private static HashMap<NamespacedName, Commit> noCommits() {
        return scala.collection.immutable.HashMap$.MODULE$.empty();
    }

    private static TreeMap<Long, NamespacedName> noRemovals() {
        return scala.collection.immutable.TreeMap$.MODULE$.empty(
                scala.math.Ordering$.MODULE$.comparatorToOrdering(Comparator.<Long>naturalOrder()));
    }

    Optional<Commit> find(NamespacedName name) {
        return OptionConverters.toJava(commits.get(name));
    }

    SequencerState apply(VersionsCommitted event) {
        HashMap<NamespacedName, Commit> names = commits;
        TreeMap<Long, NamespacedName> removed = removals;
        long last = lastVersion;
        for (Commit commit : event.commits()) {
            Optional<Commit> before = OptionConverters.toJava(names.get(commit.name()));
            if (before.isPresent() && before.get().removed()) {
                removed = removed.removed(before.get().resourceVersion());
            }
            names = (HashMap<NamespacedName, Commit>) names.updated(commit.name(), commit);
            if (commit.removed()) {
                removed = removed.updated(commit.resourceVersion(), commit.name());
            }
            last = commit.resourceVersion();
        }
        while (removed.size() > MAX_REMOVALS) {
            names = (HashMap<NamespacedName, Commit>)
                    names.removed(removed.head()._2());
            removed = removed.removed(removed.head()._1());
        }
        return new SequencerState(last, names, removed);
    }

    /** All remembered commits in version order; the last one has {@link #lastVersion}. */
    List<Commit> inOrder() {
        return CollectionConverters.asJavaCollection(commits.values()).stream()
                .sorted(Comparator.comparingLong(Commit::resourceVersion))
                .toList();
    }

    VersionsCommitted toSnapshot(GroupResource resource) {
        return new VersionsCommitted(resource, inOrder());
    }
}
