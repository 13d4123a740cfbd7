package dev.troupe.persistence.audit;

import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Replays a journal and checks that it is one consistent history: streams without gaps, versions that only grow, a
 * commit for each event, changes that apply.
 *
 * <p>An event without a commit is allowed at the end of its stream only: the process ended between the two, nobody was
 * told of it, and the next start commits it.
 */
public final class JournalCheck implements JournalReader.Visitor {
    private static final byte[] NOTHING = new byte[0];

    /** Most faults listed; more are counted only. */
    private static final int MAX_FAULTS = 100;

    private static final class Stream {
        private long highest;
        private long committed;
        private boolean foldable = true;
        private byte[] object = NOTHING;
        private final TreeMap<Long, byte[]> uncommitted = new TreeMap<>();
    }

    /** The object at its last committed version. */
    public record Committed(long resourceVersion, byte[] object) {}

    private final Map<ObjectKey, Stream> streams = new HashMap<>();
    private final Map<GroupResource, Long> versions = new HashMap<>();
    private final Map<ObjectKey, Committed> objects = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private long events;
    private long commits;
    private long faultCount;

    /** Replays everything. */
    public static JournalCheck of(JournalReader journal) {
        JournalCheck check = new JournalCheck();
        journal.replay(check);
        check.finish();
        return check;
    }

    private JournalCheck() {}

    @Override
    public void event(String persistenceId, long sequenceNr, ResourceEvent event) {
        events++;
        Stream stream = streams.computeIfAbsent(event.key(), key -> new Stream());
        if (stream.highest == 0 && sequenceNr > 1) {
            // Retention dropped the beginning: such a stream can be told from its next whole object on.
            stream.foldable = event.change() instanceof dev.troupe.model.journal.ObjectChange.Whole;
            stream.committed = sequenceNr - 1;
        } else if (sequenceNr != stream.highest + 1) {
            fault(event.key() + ": event " + sequenceNr + " follows event " + stream.highest);
        }
        stream.highest = sequenceNr;
        if (event.change() instanceof dev.troupe.model.journal.ObjectChange.Whole) {
            stream.foldable = true;
        }
        if (!stream.foldable) {
            return;
        }
        try {
            stream.object = event.change().apply(stream.object);
            stream.uncommitted.put(sequenceNr, stream.object);
        } catch (RuntimeException e) {
            fault(event.key() + ": event " + sequenceNr + " does not apply: " + e);
            stream.foldable = false;
        }
    }

    @Override
    public void versions(VersionsCommitted committed) {
        for (VersionsCommitted.Commit commit : committed.commits()) {
            commits++;
            commit(committed.resource(), commit);
        }
    }

    private void commit(GroupResource resource, VersionsCommitted.Commit commit) {
        long before = versions.getOrDefault(resource, 0L);
        if (commit.resourceVersion() <= before) {
            fault(resource + ": version " + commit.resourceVersion() + " follows version " + before);
        }
        versions.put(resource, commit.resourceVersion());
        ObjectKey key = new ObjectKey(resource, commit.name());
        Stream stream = streams.get(key);
        if (stream == null || commit.sequenceNr() > stream.highest) {
            fault(key + ": version " + commit.resourceVersion() + " names event " + commit.sequenceNr()
                    + ", which is not in the journal");
            return;
        }
        if (commit.sequenceNr() != stream.committed + 1) {
            fault(key + ": the commit of event " + commit.sequenceNr() + " follows that of event " + stream.committed);
        }
        stream.committed = commit.sequenceNr();
        byte[] object = stream.uncommitted.remove(commit.sequenceNr());
        if (object != null && object.length > 0) {
            objects.put(key, new Committed(commit.resourceVersion(), object));
        } else {
            objects.remove(key);
        }
        if (object != null && (object.length == 0) != commit.removed()) {
            fault(key + ": version " + commit.resourceVersion() + " and event " + commit.sequenceNr()
                    + " disagree on whether the object is gone");
        }
    }

    private void finish() {
        streams.forEach((key, stream) -> {
            if (stream.highest > stream.committed + 1) {
                fault(key + ": events " + (stream.committed + 1) + " to " + stream.highest + " were never committed");
            }
        });
    }

    private void fault(String text) {
        faultCount++;
        if (faults.size() < MAX_FAULTS) {
            faults.add(text);
        }
    }

    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** All faults, those not listed included. */
    public long faultCount() {
        return faultCount;
    }

    public long events() {
        return events;
    }

    public long commits() {
        return commits;
    }

    /** The live objects by key, as last committed. Streams that retention shortened may be absent. */
    public Map<ObjectKey, Committed> objects() {
        return objects;
    }
}
