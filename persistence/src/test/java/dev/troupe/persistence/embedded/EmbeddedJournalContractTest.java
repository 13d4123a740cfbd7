package dev.troupe.persistence.embedded;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import org.apache.pekko.persistence.CapabilityFlag;
import org.apache.pekko.persistence.japi.journal.JavaJournalSpec;
import org.apache.pekko.persistence.japi.snapshot.JavaSnapshotStoreSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pekko's own contract for plugins, against the embedded store on a real disk. */
class EmbeddedJournalContractTest {
    /** The contract writes plain strings, which Troupe itself never does, hence Java serialization here alone. */
    static Config config(Path folder) {
        return ConfigFactory.parseString("""
                        troupe.persistence.directory = "%s"
                        pekko.actor.allow-java-serialization = on
                        pekko.actor.warn-about-java-serializer-usage = off
                        pekko.loglevel = WARNING
                        """.formatted(folder)).withFallback(ConfigFactory.load());
    }

    @Test
    void keepsPekkosContractForJournals(@TempDir Path folder) {
        ContractRun.passes(new JournalContract(config(folder)), 10);
    }

    @Test
    void keepsPekkosContractForSnapshotStores(@TempDir Path folder) {
        ContractRun.passes(new JavaSnapshotStoreSpec(config(folder)), 8);
    }

    private static final class JournalContract extends JavaJournalSpec {
        JournalContract(Config config) {
            super(config);
        }

        @Override
        public CapabilityFlag supportsRejectingNonSerializableObjects() {
            return CapabilityFlag.on();
        }
    }
}
