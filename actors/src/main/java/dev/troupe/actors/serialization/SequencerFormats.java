package dev.troupe.actors.serialization;

import dev.troupe.actors.sequencer.Publication;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.NamespacedName;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The messages of sequencers: with the entities that ask them and the caches that follow them. */
final class SequencerFormats {
    private SequencerFormats() {}

    static List<MessageFormat<?>> all(References references) {
        List<MessageFormat<?>> all = new ArrayList<>(commits(references));
        all.addAll(reads(references));
        return all;
    }

    private static List<MessageFormat<?>> commits(References references) {
        return List.of(
                new MessageFormat<>(
                        Sequencer.Commit.class,
                        "commit1",
                        (out, commit) -> {
                            name(out, commit.name());
                            out.writeLong(commit.sequenceNr());
                            out.writeBoolean(commit.removed());
                            Fields.bytes(out, commit.object());
                            references.write(out, commit.replyTo());
                        },
                        in -> new Sequencer.Commit(
                                name(in), in.readLong(), in.readBoolean(), Fields.bytes(in), references.read(in))),
                new MessageFormat<>(
                        Sequencer.Committed.class,
                        "committed1",
                        (out, committed) -> {
                            out.writeLong(committed.sequenceNr());
                            out.writeLong(committed.resourceVersion());
                        },
                        in -> new Sequencer.Committed(in.readLong(), in.readLong())),
                new MessageFormat<>(
                        Sequencer.Fenced.class,
                        "fenced1",
                        (out, fenced) -> {
                            out.writeLong(fenced.sequenceNr());
                            out.writeLong(fenced.committedSequenceNr());
                        },
                        in -> new Sequencer.Fenced(in.readLong(), in.readLong())));
    }

    private static List<MessageFormat<?>> reads(References references) {
        return List.of(
                new MessageFormat<>(
                        Sequencer.GetLatest.class,
                        "getlatest1",
                        (out, get) -> references.write(out, get.replyTo()),
                        in -> new Sequencer.GetLatest(references.read(in))),
                new MessageFormat<>(
                        Sequencer.Latest.class,
                        "latest1",
                        (out, latest) -> out.writeLong(latest.version()),
                        in -> new Sequencer.Latest(in.readLong())),
                new MessageFormat<>(
                        Sequencer.Follow.class,
                        "follow1",
                        (out, follow) -> {
                            out.writeLong(follow.version());
                            references.write(out, follow.follower());
                        },
                        in -> new Sequencer.Follow(in.readLong(), references.read(in))),
                new MessageFormat<>(
                        Sequencer.Published.class,
                        "published1",
                        (out, published) -> {
                            out.writeLong(published.previousVersion());
                            Fields.list(out, published.publications(), SequencerFormats::publication);
                        },
                        in -> new Sequencer.Published(in.readLong(), Fields.list(in, SequencerFormats::publication))),
                new MessageFormat<>(
                        Sequencer.BasePage.class,
                        "basepage1",
                        (out, page) -> {
                            out.writeLong(page.version());
                            Fields.list(out, page.commits(), SequencerFormats::commit);
                            out.writeBoolean(page.first());
                            out.writeBoolean(page.last());
                        },
                        in -> new Sequencer.BasePage(
                                in.readLong(),
                                Fields.list(in, SequencerFormats::commit),
                                in.readBoolean(),
                                in.readBoolean())));
    }

    private static void name(DataOutputStream out, NamespacedName name) throws IOException {
        Fields.text(out, name.namespace());
        Fields.text(out, name.name());
    }

    private static NamespacedName name(DataInputStream in) throws IOException {
        return new NamespacedName(Fields.text(in), Fields.text(in));
    }

    private static void publication(DataOutputStream out, Publication publication) throws IOException {
        out.writeLong(publication.resourceVersion());
        name(out, publication.name());
        out.writeLong(publication.sequenceNr());
        out.writeBoolean(publication.removed());
        Fields.bytes(out, publication.object());
    }

    private static Publication publication(DataInputStream in) throws IOException {
        return new Publication(in.readLong(), name(in), in.readLong(), in.readBoolean(), Fields.bytes(in));
    }

    private static void commit(DataOutputStream out, VersionsCommitted.Commit commit) throws IOException {
        out.writeLong(commit.resourceVersion());
        name(out, commit.name());
        out.writeLong(commit.sequenceNr());
        out.writeBoolean(commit.removed());
    }

    private static VersionsCommitted.Commit commit(DataInputStream in) throws IOException {
        return new VersionsCommitted.Commit(in.readLong(), name(in), in.readLong(), in.readBoolean());
    }
}
