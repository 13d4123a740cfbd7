package dev.troupe.persistence.audit;

import dev.troupe.model.api.Cause;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Who did what, and why, from the journal alone.
 *
 * <p>Memory: one number an event for its resourceVersion, and the present bytes of each object that the question
 * concerns.
 */
public final class AuditTrail {
    /** Longest chain of causes followed; longer ones can only be a loop. */
    private static final int MAX_CAUSES = 100;

    private static final byte[] NOTHING = new byte[0];

    private final JournalReader journal;
    private final Map<String, Map<Long, Long>> versions = new HashMap<>();

    public AuditTrail(JournalReader journal) {
        this.journal = journal;
        journal.replay(new JournalReader.Visitor() {
            @Override
            public void event(String persistenceId, long sequenceNr, ResourceEvent event) {
                // Only versions matter here.
            }

            @Override
            public void versions(VersionsCommitted committed) {
                for (VersionsCommitted.Commit commit : committed.commits()) {
                    versions.computeIfAbsent(
                                    new ObjectKey(committed.resource(), commit.name()).persistenceId(),
                                    id -> new HashMap<>())
                            .put(commit.sequenceNr(), commit.resourceVersion());
                }
            }
        });
    }

    /** All changes of the objects asked for, oldest first. */
    public void log(Predicate<ObjectKey> wanted, Consumer<AuditEntry> receiver) {
        journal.replay(new Folding(wanted, receiver));
    }

    /** All changes of one object slot, oldest first, earlier incarnations included. */
    public List<AuditEntry> history(ObjectKey key) {
        List<AuditEntry> entries = new ArrayList<>();
        journal.stream(key.persistenceId(), new Folding(any -> true, entries::add));
        return entries;
    }

    /** The object as it was at a time: the last change decided at or before it. Empty if there was none. */
    public Optional<AuditEntry> at(ObjectKey key, Instant time) {
        return history(key).stream()
                .filter(entry -> !entry.event().time().isAfter(time))
                .reduce((earlier, later) -> later)
                .filter(entry -> !entry.removed());
    }

    /** The object as it was at a resourceVersion. Empty if there was none. */
    public Optional<AuditEntry> at(ObjectKey key, long resourceVersion) {
        return history(key).stream()
                .filter(entry -> entry.resourceVersion().orElse(Long.MAX_VALUE) <= resourceVersion)
                .reduce((earlier, later) -> later)
                .filter(entry -> !entry.removed());
    }

    /**
     * The chain of causes behind a change: the change itself first, the request that began it last. Shorter where a
     * cause is no longer in the journal.
     */
    public List<AuditEntry> causes(AuditEntry change) {
        List<AuditEntry> chain = new ArrayList<>(List.of(change));
        Set<Cause> seen = new HashSet<>();
        Optional<Cause> cause = change.event().cause();
        while (cause.isPresent() && seen.add(cause.get()) && chain.size() < MAX_CAUSES) {
            Cause wanted = cause.get();
            Optional<AuditEntry> found = history(wanted.object()).stream()
                    .filter(entry -> entry.resourceVersion().orElse(-1) == wanted.resourceVersion())
                    .findFirst();
            found.ifPresent(chain::add);
            cause = found.flatMap(entry -> entry.event().cause());
        }
        return chain;
    }

    /** The resources of which the journal holds changes. */
    public Set<GroupResource> resources() {
        Set<GroupResource> resources = new HashSet<>();
        versions.keySet().forEach(id -> resources.add(ObjectKey.parse(id).resource()));
        return resources;
    }

    private final class Folding implements JournalReader.Visitor {
        private final Predicate<ObjectKey> wanted;
        private final Consumer<AuditEntry> receiver;
        private final Map<String, byte[]> objects = new HashMap<>();
        private final Set<String> withoutBeginning = new HashSet<>();

        Folding(Predicate<ObjectKey> wanted, Consumer<AuditEntry> receiver) {
            this.wanted = wanted;
            this.receiver = receiver;
        }

        @Override
        public void event(String persistenceId, long sequenceNr, ResourceEvent event) {
            if (!wanted.test(event.key()) || !canApply(persistenceId, sequenceNr, event)) {
                return;
            }
            byte[] before = objects.getOrDefault(persistenceId, NOTHING);
            byte[] after = event.change().apply(before);
            if (after.length == 0) {
                objects.remove(persistenceId);
            } else {
                objects.put(persistenceId, after);
            }
            Long version = versions.getOrDefault(persistenceId, Map.of()).get(sequenceNr);
            receiver.accept(new AuditEntry(
                    event,
                    sequenceNr,
                    version == null ? OptionalLong.empty() : OptionalLong.of(version),
                    before,
                    after));
        }

        /** Streams whose beginning retention has dropped are told from their next whole object on. */
        private boolean canApply(String persistenceId, long sequenceNr, ResourceEvent event) {
            boolean whole = event.change() instanceof dev.troupe.model.journal.ObjectChange.Whole;
            if (!objects.containsKey(persistenceId) && !whole && sequenceNr > 1) {
                withoutBeginning.add(persistenceId);
            } else {
                withoutBeginning.remove(persistenceId);
            }
            return !withoutBeginning.contains(persistenceId);
        }

        @Override
        public void versions(VersionsCommitted committed) {
            // Read before.
        }
    }
}
