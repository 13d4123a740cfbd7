package dev.troupe.persistence.serialization;

import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.persistence.JournalAccess;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Pekko's way to {@link EventCodec}. */
public final class JournalEventSerializer extends SerializerWithStringManifest {
    /** Pekko's number of this serializer; also read by the offline reader. */
    public static final int IDENTIFIER = 740_201;

    public static final String RESOURCE_EVENT = "E";
    public static final String VERSIONS_COMMITTED = "V";
    public static final String OBJECT_SNAPSHOT = "O";

    private final ExtendedActorSystem system;

    public JournalEventSerializer(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object object) {
        if (object instanceof ResourceEvent) {
            return RESOURCE_EVENT;
        }
        return object instanceof ObjectSnapshot ? OBJECT_SNAPSHOT : VERSIONS_COMMITTED;
    }

    @Override
    public byte[] toBinary(Object object) {
        EventCodec codec = JournalAccess.get(system).codec();
        if (object instanceof ResourceEvent event) {
            return codec.encode(event);
        }
        if (object instanceof VersionsCommitted event) {
            return codec.encode(event);
        }
        if (object instanceof ObjectSnapshot snapshot) {
            return codec.encode(snapshot);
        }
        throw new IllegalArgumentException("not a journal event: " + object.getClass());
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return JournalAccess.get(system).codec().decode(manifest, bytes);
    }
}
