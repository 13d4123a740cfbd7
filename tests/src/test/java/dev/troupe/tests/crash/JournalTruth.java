package dev.troupe.tests.crash;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.audit.JournalCheck;
import dev.troupe.tests.check.Answer;
import dev.troupe.tests.check.Operation;
import dev.troupe.tests.check.Truth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** What a stopped server's journal says happened to the objects of one resource in the tests' namespace. */
final class JournalTruth implements JournalReader.Visitor {
    private static final byte[] NOTHING = new byte[0];

    private final GroupResource resource;
    private final BiFunction<Shape, ObjectNode, String> content;
    private final Shape shape;
    private final Map<ObjectKey, byte[]> newest = new HashMap<>();
    private final Map<ObjectKey, Map<Long, byte[]>> states = new HashMap<>();
    private final Map<ObjectKey, byte[]> committed = new HashMap<>();
    private final List<Truth.Change> changes = new ArrayList<>();

    private JournalTruth(Shape shape, BiFunction<Shape, ObjectNode, String> content) {
        this.shape = shape;
        this.resource = shape.resource();
        this.content = content;
    }

    /** @param content how an object is told, without its version */
    static Truth read(Path data, Shape shape, BiFunction<Shape, ObjectNode, String> content) {
        JournalTruth truth = new JournalTruth(shape, content);
        try (JournalReader reader = JournalReader.open(data.resolve("journal"))) {
            reader.replay(truth);
        }
        return new Truth(truth.changes);
    }

    /** The content that {@link Recording} compares, as text. */
    static String recorded(Shape shape, ObjectNode object) {
        return shape.content(object).toString();
    }

    /** Checks the journal by itself, and that it has every acknowledged write. */
    static void check(Path data, Recording recording) {
        try (JournalReader reader = JournalReader.open(data.resolve("journal"))) {
            JournalCheck check = JournalCheck.of(reader);
            if (check.faultCount() != 0) {
                throw new AssertionError(check.faultCount() + " faults in the journal: " + check.faults());
            }
        }
        for (Shape shape : Shape.values()) {
            Truth truth = read(data, shape, JournalTruth::recorded);
            for (Operation write : recording.acknowledged(shape)) {
                Truth.Change change = truth.of(write.writtenVersion())
                        .orElseThrow(() -> new AssertionError("acknowledged but not in the journal: " + write));
                String written = ((Answer.Present) write.answer()).content().toString();
                if (!change.object().equals(write.object()) || !change.content().equals(written)) {
                    throw new AssertionError(write + " is in the journal as " + change);
                }
            }
        }
    }

    @Override
    public void event(String persistenceId, long sequenceNr, ResourceEvent event) {
        if (!event.key().resource().equals(resource)) {
            return;
        }
        ObjectChange change = event.change();
        byte[] object = change.apply(newest.getOrDefault(event.key(), NOTHING));
        newest.put(event.key(), object);
        states.computeIfAbsent(event.key(), key -> new HashMap<>()).put(sequenceNr, object);
    }

    @Override
    public void versions(VersionsCommitted versions) {
        if (!versions.resource().equals(resource)) {
            return;
        }
        for (VersionsCommitted.Commit commit : versions.commits()) {
            ObjectKey key = new ObjectKey(resource, commit.name());
            byte[] after = states.getOrDefault(key, Map.of()).remove(commit.sequenceNr());
            byte[] before = committed.getOrDefault(key, NOTHING);
            if (after == null) {
                throw new AssertionError("no event for " + commit);
            }
            committed.put(key, after);
            if (commit.name().namespace().equals(Shape.NAMESPACE) && (after.length > 0 || before.length > 0)) {
                changes.add(change(commit, before, after));
            }
        }
    }

    private Truth.Change change(VersionsCommitted.Commit commit, byte[] before, byte[] after) {
        Truth.Kind kind =
                after.length == 0 ? Truth.Kind.DELETED : before.length == 0 ? Truth.Kind.ADDED : Truth.Kind.MODIFIED;
        byte[] told = after.length == 0 ? before : after;
        return new Truth.Change(
                commit.resourceVersion(), kind, commit.name().name(), content.apply(shape, Json.parseObject(told)));
    }
}
