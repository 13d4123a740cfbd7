package dev.troupe.persistence.serialization;

import dev.troupe.model.api.Cause;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.secrets.SecretCipher;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The journal's binary form of events. Each begins with its format version; a reader skips what a newer writer appended.
 * A change to a format is a new version beside the old one, with a golden file of its own.
 */
public final class EventCodec {
    private static final int FORMAT_VERSION = 1;
    private static final int WHOLE = 0;
    private static final int SPLICE = 1;
    private static final int REMOVED = 2;
    private static final int ENCRYPTED = 16;

    /** The resource whose changes are encrypted. */
    private static final GroupResource SECRETS = new GroupResource("", "secrets");

    private final SecretCipher cipher;

    public EventCodec(SecretCipher cipher) {
        this.cipher = cipher;
    }

    public byte[] encode(ResourceEvent event) {
        return write(out -> {
            out.writeByte(FORMAT_VERSION);
            out.writeUTF(event.name());
            out.writeUTF(event.key().persistenceId());
            out.writeUTF(event.uid());
            out.writeLong(event.time().getEpochSecond());
            out.writeInt(event.time().getNano());
            writeText(out, event.user());
            out.writeShort(event.groups().size());
            for (String group : event.groups()) {
                writeText(out, group);
            }
            out.writeUTF(event.verb());
            out.writeUTF(event.subresource());
            writeText(out, event.auditId());
            out.writeBoolean(event.cause().isPresent());
            if (event.cause().isPresent()) {
                out.writeUTF(event.cause().get().object().persistenceId());
                out.writeLong(event.cause().get().resourceVersion());
            }
            writeChange(out, event.key(), event.change());
        });
    }

    /** Decodes; throws UncheckedIOException if the bytes are no event: the journal is then corrupt. */
    public ResourceEvent decodeResourceEvent(byte[] bytes) {
        return read(bytes, in -> {
            expectVersion(in.readByte(), "ResourceEvent");
            String name = in.readUTF();
            ObjectKey key = ObjectKey.parse(in.readUTF());
            String uid = in.readUTF();
            Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
            String user = readText(in);
            int groupCount = in.readUnsignedShort();
            List<String> groups = new ArrayList<>(groupCount);
            for (int i = 0; i < groupCount; i++) {
                groups.add(readText(in));
            }
            String verb = in.readUTF();
            String subresource = in.readUTF();
            String auditId = readText(in);
            Optional<Cause> cause = in.readBoolean()
                    ? Optional.of(new Cause(ObjectKey.parse(in.readUTF()), in.readLong()))
                    : Optional.empty();
            ObjectChange change = readChange(in, key);
            return new ResourceEvent(name, key, uid, time, user, groups, verb, subresource, auditId, cause, change);
        });
    }

    public byte[] encode(VersionsCommitted event) {
        return write(out -> {
            out.writeByte(FORMAT_VERSION);
            out.writeUTF(event.resource().toString());
            out.writeInt(event.commits().size());
            for (VersionsCommitted.Commit commit : event.commits()) {
                out.writeLong(commit.resourceVersion());
                out.writeUTF(commit.name().namespace());
                out.writeUTF(commit.name().name());
                out.writeLong(commit.sequenceNr());
                out.writeBoolean(commit.removed());
            }
        });
    }

    /** Decodes; throws UncheckedIOException if the bytes are no event: the journal is then corrupt. */
    public VersionsCommitted decodeVersionsCommitted(byte[] bytes) {
        return read(bytes, in -> {
            expectVersion(in.readByte(), "VersionsCommitted");
            GroupResource resource = GroupResource.parse(in.readUTF());
            int count = in.readInt();
            List<VersionsCommitted.Commit> commits = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                commits.add(new VersionsCommitted.Commit(
                        in.readLong(),
                        new NamespacedName(in.readUTF(), in.readUTF()),
                        in.readLong(),
                        in.readBoolean()));
            }
            return new VersionsCommitted(resource, commits);
        });
    }

    public byte[] encode(ObjectSnapshot snapshot) {
        return write(out -> {
            out.writeByte(FORMAT_VERSION);
            out.writeUTF(snapshot.key().persistenceId());
            out.writeUTF(snapshot.state().uid());
            boolean encrypted = snapshot.state().exists() && isSecret(snapshot.key());
            out.writeBoolean(encrypted);
            writeBytes(
                    out,
                    encrypted
                            ? protect(snapshot.key(), snapshot.state().object())
                            : snapshot.state().object());
        });
    }

    /** Decodes; throws UncheckedIOException if the bytes are no snapshot. */
    public ObjectSnapshot decodeObjectSnapshot(byte[] bytes) {
        return read(bytes, in -> {
            expectVersion(in.readByte(), "ObjectSnapshot");
            ObjectKey key = ObjectKey.parse(in.readUTF());
            String uid = in.readUTF();
            boolean encrypted = in.readBoolean();
            return new ObjectSnapshot(key, new ObjectState(revealed(key, encrypted, readBytes(in)), uid));
        });
    }

    /**
     * Decodes what is of the kind that a manifest of {@link JournalEventSerializer} names.
     *
     * @throws JournalUnusable if no such kind is known
     */
    public Object decode(String manifest, byte[] bytes) {
        return switch (manifest) {
            case JournalEventSerializer.RESOURCE_EVENT -> decodeResourceEvent(bytes);
            case JournalEventSerializer.VERSIONS_COMMITTED -> decodeVersionsCommitted(bytes);
            case JournalEventSerializer.OBJECT_SNAPSHOT -> decodeObjectSnapshot(bytes);
            default ->
                throw new JournalUnusable("the journal holds a record of kind " + manifest
                        + ", which this Troupe does not know; read it with the newer Troupe that wrote it");
        };
    }

    /** Encrypts an object's bytes if its kind is secret: for snapshots. */
    public byte[] protect(ObjectKey key, byte[] object) {
        return isSecret(key) ? cipher.encrypt(key.persistenceId(), object) : object;
    }

    /** The reverse of {@link #protect}; empty bytes if the key was forgotten. */
    public byte[] reveal(ObjectKey key, byte[] kept) {
        return isSecret(key) ? cipher.decrypt(key.persistenceId(), kept).orElse(new byte[0]) : kept;
    }

    private static boolean isSecret(ObjectKey key) {
        return key.resource().equals(SECRETS);
    }

    private void writeChange(DataOutputStream out, ObjectKey key, ObjectChange change) throws IOException {
        int flags = isSecret(key) ? ENCRYPTED : 0;
        switch (change) {
            case ObjectChange.Whole whole -> {
                out.writeByte(WHOLE | flags);
                writeBytes(out, protect(key, whole.object()));
            }
            case ObjectChange.Splice splice -> {
                out.writeByte(SPLICE | flags);
                out.writeInt(splice.offset());
                out.writeInt(splice.removed());
                writeBytes(out, protect(key, splice.inserted()));
            }
            case ObjectChange.Removed removed -> out.writeByte(REMOVED);
        }
    }

    private ObjectChange readChange(DataInputStream in, ObjectKey key) throws IOException {
        int tag = in.readUnsignedByte();
        boolean encrypted = (tag & ENCRYPTED) != 0;
        return switch (tag & ~ENCRYPTED) {
            case WHOLE -> new ObjectChange.Whole(revealed(key, encrypted, readBytes(in)));
            case SPLICE -> new ObjectChange.Splice(in.readInt(), in.readInt(), revealed(key, encrypted, readBytes(in)));
            case REMOVED -> new ObjectChange.Removed();
            default -> throw new IOException("unknown kind of change: " + tag);
        };
    }

    private byte[] revealed(ObjectKey key, boolean encrypted, byte[] bytes) {
        return encrypted ? reveal(key, bytes) : bytes;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length + " where " + in.available() + " bytes are left");
        }
        return in.readNBytes(length);
    }

    private static void expectVersion(byte version, String what) throws IOException {
        if (version != FORMAT_VERSION) {
            throw new IOException(what + " of format version " + version + " is not known to this Troupe, which reads "
                    + FORMAT_VERSION + "; start the newer Troupe that wrote it");
        }
    }

    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private static byte[] write(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, Reader<T> reader) {
        try {
            return reader.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
