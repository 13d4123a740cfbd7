package dev.troupe.persistence;

import dev.troupe.persistence.embedded.EmbeddedRecoveryScan;
import dev.troupe.persistence.embedded.EmbeddedStore;
import dev.troupe.persistence.leveldb.LeveldbFolder;
import dev.troupe.persistence.leveldb.LeveldbRecoveryScan;
import dev.troupe.persistence.serialization.EventCodec;
import java.nio.file.Path;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/** The journal that an actor system writes, whatever keeps it: its codec, and how it is read beside Pekko's recovery. */
public final class JournalAccess implements Extension {
    private static final Id ID = new Id();

    private final EventCodec codec;
    private final RecoveryScan scan;

    private JournalAccess(EventCodec codec, RecoveryScan scan) {
        this.codec = codec;
        this.scan = scan;
    }

    /** Pekko's handle on the extension. */
    private static final class Id extends AbstractExtensionId<JournalAccess> {
        @Override
        public JournalAccess createExtension(ExtendedActorSystem system) {
            Path folder = Path.of(system.settings().config().getString("troupe.persistence.directory"));
            JournalKind wanted = JournalKind.of(system.settings().config().getString("troupe.persistence.profile"));
            if (wanted == JournalKind.EMBEDDED && JournalKind.in(folder) == JournalKind.LEVELDB) {
                throw keptByAnother(folder, JournalKind.LEVELDB);
            }
            if (wanted == JournalKind.LEVELDB && EmbeddedStore.isIn(folder)) {
                throw keptByAnother(folder, JournalKind.EMBEDDED);
            }
            return switch (wanted) {
                case EMBEDDED -> new JournalAccess(EmbeddedStore.get(system).codec(), new EmbeddedRecoveryScan(system));
                case LEVELDB -> {
                    LeveldbFolder opened = LeveldbFolder.open(folder);
                    system.registerOnTermination(opened::close);
                    yield new JournalAccess(opened.codec(), new LeveldbRecoveryScan(system));
                }
            };
        }

        private static JournalUnusable keptByAnother(Path folder, JournalKind kind) {
            return new JournalUnusable("the journal in " + folder + " is of the kind " + kind.profile()
                    + "; start with --journal " + kind.profile() + ", or choose another folder with --data");
        }
    }

    /** @throws JournalUnusable at the first call, if the journal's folder cannot be used */
    public static JournalAccess get(ClassicActorSystemProvider system) {
        return ID.get(system);
    }

    public EventCodec codec() {
        return codec;
    }

    public RecoveryScan scan() {
        return scan;
    }
}
