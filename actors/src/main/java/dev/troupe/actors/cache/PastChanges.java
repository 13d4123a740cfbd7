package dev.troupe.actors.cache;

import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.journal.VersionsCommitted.Commit;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.persistence.RecoveryScan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes that are older than a cache's window, told again from the journal: the sequencer's log says which events had
 * which versions, the objects' streams say what they did.
 */
final class PastChanges {
    /** The version of an object before its change is not looked for: watches do not show it. */
    private static final long NOT_LOOKED_FOR = 0;

    private final RecoveryScan journal;
    private final ResourceStrategy strategy;

    PastChanges(RecoveryScan journal, ResourceStrategy strategy) {
        this.journal = journal;
        this.strategy = strategy;
    }

    /**
     * All changes between two versions, the older one excluded. Blocking.
     *
     * @param most changes
     * @return in order; empty if there are more, or the journal no longer has them
     */
    Optional<List<CachedChange>> between(long after, long upTo, int most) {
        String log = Sequencer.persistenceId(strategy.type().groupResource());
        Optional<List<VersionsCommitted>> batches = journal.versionsAfter(log, after, most);
        if (batches.isEmpty()) {
            return Optional.empty();
        }
        List<Commit> commits = batches.get().stream()
                .flatMap(batch -> batch.commits().stream())
                .filter(commit -> commit.resourceVersion() > after && commit.resourceVersion() <= upTo)
                .toList();
        Map<NamespacedName, Set<Long>> wanted = new HashMap<>();
        for (Commit commit : commits) {
            Set<Long> numbers = wanted.computeIfAbsent(commit.name(), name -> new HashSet<>());
            numbers.add(commit.sequenceNr() - 1);
            numbers.add(commit.sequenceNr());
        }
        Map<NamespacedName, Map<Long, ObjectState>> states = new HashMap<>();
        wanted.forEach((name, numbers) -> states.put(name, states(name, numbers)));
        return changes(commits, states);
    }

    /** The object after some of its events, as far as the journal still tells them. */
    private Map<Long, ObjectState> states(NamespacedName name, Set<Long> wanted) {
        ObjectKey key = new ObjectKey(strategy.type().groupResource(), name);
        RecoveryScan.History history = journal.history(key.persistenceId());
        Map<Long, ObjectState> states = new HashMap<>();
        long sequenceNr = history.firstSequenceNr() - 1;
        boolean known = sequenceNr <= 0;
        if (known) {
            states.put(0L, ObjectState.ABSENT);
        }
        ObjectState state = ObjectState.ABSENT;
        for (ResourceEvent event : history.events()) {
            sequenceNr++;
            // Where retention took the beginning, the first whole object is one again.
            known |= event.change() instanceof ObjectChange.Whole;
            if (known) {
                state = state.apply(event);
                if (wanted.contains(sequenceNr)) {
                    states.put(sequenceNr, state);
                }
            }
        }
        return states;
    }

    private Optional<List<CachedChange>> changes(
            List<Commit> commits, Map<NamespacedName, Map<Long, ObjectState>> states) {
        List<CachedChange> changes = new ArrayList<>(commits.size());
        for (Commit commit : commits) {
            Map<Long, ObjectState> ofObject = states.getOrDefault(commit.name(), Map.of());
            ObjectState before = ofObject.get(commit.sequenceNr() - 1);
            ObjectState after = ofObject.get(commit.sequenceNr());
            if (before == null || after == null) {
                return Optional.empty();
            }
            if (before.exists() || after.exists()) {
                changes.add(new CachedChange(
                        commit.resourceVersion(),
                        object(before, NOT_LOOKED_FOR),
                        object(after, commit.resourceVersion()),
                        strategy));
            }
        }
        return Optional.of(changes);
    }

    private Optional<StoredObject> object(ObjectState state, long version) {
        return state.exists()
                ? Optional.of(StoredObject.versioned(state.object(), version, strategy))
                : Optional.empty();
    }
}
