package dev.troupe.actors.serialization;

import dev.troupe.actors.entity.ResourceEntity;
import dev.troupe.actors.sequencer.Publication;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.NamespacedName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Messages between members. The manifest names the message and its format's version; a reader skips what a newer writer
 * appended, and a change that is more than an appendix is a new manifest beside the old one.
 */
public final class MessageSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 740_202;

    private static final String HANDLE = "handle1";
    private static final String WAKE = "wake1";
    private static final String WRITTEN = "written1";
    private static final String REFUSED = "refused1";
    private static final String COMMIT = "commit1";
    private static final String COMMITTED = "committed1";
    private static final String FENCED = "fenced1";
    private static final String FOLLOW = "follow1";
    private static final String GET_LATEST = "getlatest1";
    private static final String LATEST = "latest1";
    private static final String PUBLISHED = "published1";
    private static final String BASE_PAGE = "basepage1";

    private final ActorRefResolver references;

    public MessageSerializer(ExtendedActorSystem system) {
        this.references = ActorRefResolver.get(Adapter.toTyped(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch (message) {
            case ResourceEntity.Handle handle -> HANDLE;
            case ResourceEntity.Wake wake -> WAKE;
            case ResourceEntity.Written written -> WRITTEN;
            case ResourceEntity.Refused refused -> REFUSED;
            case Sequencer.Commit commit -> COMMIT;
            case Sequencer.Committed committed -> COMMITTED;
            case Sequencer.Fenced fenced -> FENCED;
            case Sequencer.Follow follow -> FOLLOW;
            case Sequencer.GetLatest get -> GET_LATEST;
            case Sequencer.Latest latest -> LATEST;
            case Sequencer.Published published -> PUBLISHED;
            case Sequencer.BasePage page -> BASE_PAGE;
            default -> throw new IllegalArgumentException("not a message between members: " + message.getClass());
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try {
            write(new DataOutputStream(bytes), message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out, Object message) throws IOException {
        switch (message) {
            case ResourceEntity.Handle handle -> {
                WriteCodec.write(out, handle.request());
                WriteCodec.instant(out, handle.deadline());
                reference(out, handle.replyTo());
            }
            case ResourceEntity.Wake wake -> {}
            case ResourceEntity.Written written -> {
                Fields.bytes(out, written.object());
                out.writeLong(written.resourceVersion());
                Fields.text(out, written.effect().name());
                Fields.list(out, written.warnings(), Fields::text);
            }
            case ResourceEntity.Refused refused -> StatusCodec.write(out, refused.status());
            case Sequencer.Commit commit -> {
                name(out, commit.name());
                out.writeLong(commit.sequenceNr());
                out.writeBoolean(commit.removed());
                Fields.bytes(out, commit.object());
                reference(out, commit.replyTo());
            }
            case Sequencer.Committed committed -> {
                out.writeLong(committed.sequenceNr());
                out.writeLong(committed.resourceVersion());
            }
            case Sequencer.Fenced fenced -> {
                out.writeLong(fenced.sequenceNr());
                out.writeLong(fenced.committedSequenceNr());
            }
            case Sequencer.Follow follow -> {
                out.writeLong(follow.version());
                reference(out, follow.follower());
            }
            case Sequencer.GetLatest get -> reference(out, get.replyTo());
            case Sequencer.Latest latest -> out.writeLong(latest.version());
            case Sequencer.Published published -> {
                out.writeLong(published.previousVersion());
                Fields.list(out, published.publications(), MessageSerializer::publication);
            }
            case Sequencer.BasePage page -> {
                out.writeLong(page.version());
                Fields.list(out, page.commits(), MessageSerializer::commit);
                out.writeBoolean(page.first());
                out.writeBoolean(page.last());
            }
            default -> throw new IllegalArgumentException("not a message between members: " + message.getClass());
        }
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        try {
            return read(new DataInputStream(new ByteArrayInputStream(bytes)), manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object read(DataInputStream in, String manifest) throws IOException {
        return switch (manifest) {
            case HANDLE -> new ResourceEntity.Handle(WriteCodec.read(in), WriteCodec.instant(in), reference(in));
            case WAKE -> new ResourceEntity.Wake();
            case WRITTEN ->
                new ResourceEntity.Written(
                        Fields.bytes(in),
                        in.readLong(),
                        WriteResult.Effect.valueOf(Fields.text(in)),
                        Fields.list(in, Fields::text));
            case REFUSED -> new ResourceEntity.Refused(StatusCodec.read(in));
            case COMMIT ->
                new Sequencer.Commit(name(in), in.readLong(), in.readBoolean(), Fields.bytes(in), reference(in));
            case COMMITTED -> new Sequencer.Committed(in.readLong(), in.readLong());
            case FENCED -> new Sequencer.Fenced(in.readLong(), in.readLong());
            case FOLLOW -> new Sequencer.Follow(in.readLong(), reference(in));
            case GET_LATEST -> new Sequencer.GetLatest(reference(in));
            case LATEST -> new Sequencer.Latest(in.readLong());
            case PUBLISHED -> new Sequencer.Published(in.readLong(), Fields.list(in, MessageSerializer::publication));
            case BASE_PAGE ->
                new Sequencer.BasePage(
                        in.readLong(), Fields.list(in, MessageSerializer::commit), in.readBoolean(), in.readBoolean());
            default -> throw new IOException("unknown message " + manifest + ": from a newer Troupe?");
        };
    }

    private void reference(DataOutputStream out, ActorRef<?> reference) throws IOException {
        Fields.text(out, references.toSerializationFormat(reference));
    }

    private <T> ActorRef<T> reference(DataInputStream in) throws IOException {
        return references.resolveActorRef(Fields.text(in));
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
