package dev.troupe.actors.cache;

import dev.troupe.actors.sequencer.Publication;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted.Commit;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.persistence.RecoveryScan;
import dev.troupe.persistence.serialization.ObjectSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One load of a cache. First come the sequencer's commits as of one version; then the journal is read, which is at least
 * as new; publications since that version are kept aside. Where an object's last event in the journal is newer than its
 * commit, the object is incomplete until a publication brings that event; its entity may have to be woken to commit it.
 * The load is complete when no object is incomplete.
 */
final class CacheLoad {
    /** Publications that may pile up during a load; more than a minute of the busiest writes. */
    private static final int MAX_PUBLICATIONS = 500_000;

    private final ResourceStrategy strategy;
    private final GroupResource resource;
    private final Map<NamespacedName, Commit> commits = new HashMap<>();
    private final List<Publication> publications = new ArrayList<>();
    private long baseVersion;
    private long version;
    private boolean based;
    private @Nullable SortedObjects objects;
    private final Map<NamespacedName, Long> incomplete = new HashMap<>();

    /**
     * What the journal holds beside the commits.
     *
     * @param objects those whose last event is committed
     * @param uncommitted the sequence number of the last event of the others
     */
    record Journalled(SortedObjects objects, Map<NamespacedName, Long> uncommitted) {}

    CacheLoad(ResourceStrategy strategy) {
        this.strategy = strategy;
        this.resource = strategy.type().groupResource();
    }

    /** Adds a page of commits. True if it was the last. */
    boolean add(Sequencer.BasePage page) {
        if (page.first()) {
            commits.clear();
            publications.clear();
            based = false;
        }
        page.commits().forEach(commit -> commits.put(commit.name(), commit));
        if (page.last()) {
            baseVersion = page.version();
            version = baseVersion;
            based = true;
        }
        return page.last();
    }

    /** Adds publications; false if some are missing before them, or there are too many. */
    boolean add(Sequencer.Published published) {
        if (!based || published.publications().isEmpty()) {
            // Before the base: it is part of the base.
            return true;
        }
        if (published.previousVersion() > version || publications.size() > MAX_PUBLICATIONS) {
            return false;
        }
        for (Publication publication : published.publications()) {
            if (publication.resourceVersion() > version) {
                version = publication.resourceVersion();
                if (objects == null) {
                    publications.add(publication);
                } else {
                    apply(publication);
                }
            }
        }
        return true;
    }

    /** Reads every object of the resource. Blocking; touches only what no longer changes once the base is complete. */
    Journalled read(RecoveryScan journal) {
        Map<NamespacedName, Long> uncommitted = new HashMap<>();
        Set<NamespacedName> seen = new HashSet<>();
        SortedObjects[] found = {SortedObjects.EMPTY};
        journal.scan(resource, stream -> {
            NamespacedName name = ObjectKey.parse(stream.persistenceId()).name();
            seen.add(name);
            ObjectState state = state(stream);
            Commit commit = commits.get(name);
            if (commit == null ? state.exists() : commit.sequenceNr() < stream.highestSequenceNr()) {
                uncommitted.put(name, stream.highestSequenceNr());
            } else if (commit != null && commit.sequenceNr() > stream.highestSequenceNr()) {
                throw new IllegalStateException("event " + commit.sequenceNr() + " of " + stream.persistenceId()
                        + " has a version, but the journal ends at " + stream.highestSequenceNr());
            } else if (commit != null && state.exists()) {
                found[0] = found[0].with(StoredObject.versioned(state.object(), commit.resourceVersion(), strategy));
            }
        });
        for (Commit commit : commits.values()) {
            if (!commit.removed() && !seen.contains(commit.name())) {
                throw new IllegalStateException("the journal has no events of " + resource + " " + commit.name()
                        + ", whose version is " + commit.resourceVersion());
            }
        }
        return new Journalled(found[0], uncommitted);
    }

    private static ObjectState state(RecoveryScan.Stream stream) {
        ObjectState state = stream.snapshot()
                .map(snapshot -> ((ObjectSnapshot) snapshot).state())
                .orElse(ObjectState.ABSENT);
        for (ResourceEvent event : stream.events()) {
            state = state.apply(event);
        }
        return state;
    }

    /** Takes what was read and gives the objects whose entities must be woken. */
    List<ObjectKey> accept(Journalled journalled) {
        objects = journalled.objects();
        incomplete.putAll(journalled.uncommitted());
        publications.forEach(this::apply);
        publications.clear();
        return incomplete();
    }

    /** The objects whose last event was found without a version. */
    List<ObjectKey> incomplete() {
        return incomplete.keySet().stream()
                .map(name -> new ObjectKey(resource, name))
                .toList();
    }

    private void apply(Publication publication) {
        SortedObjects before = objects == null ? SortedObjects.EMPTY : objects;
        objects = publication.removed()
                ? before.without(publication.name())
                : before.with(StoredObject.versioned(publication.object(), publication.resourceVersion(), strategy));
        Long awaited = incomplete.get(publication.name());
        if (awaited != null && publication.sequenceNr() >= awaited) {
            incomplete.remove(publication.name());
        }
    }

    /** The state, once nothing is incomplete. */
    Optional<CacheView> complete() {
        SortedObjects read = objects;
        return read == null || !incomplete.isEmpty() ? Optional.empty() : Optional.of(new CacheView(version, read));
    }
}
