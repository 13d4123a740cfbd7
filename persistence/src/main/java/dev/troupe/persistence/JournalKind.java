package dev.troupe.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What keeps the journal of a data folder. */
public enum JournalKind {
    /** Troupe's own, group-committing, on RocksDB. */
    EMBEDDED("embedded"),

    /** Pekko's LevelDB plugin with its local snapshot store: one sync an event, in Java alone. */
    LEVELDB("leveldb");

    private final String profile;

    JournalKind(String profile) {
        this.profile = profile;
    }

    /** Its name in {@code troupe.persistence.profile}. */
    public String profile() {
        return profile;
    }

    /** The kind of the journal in a folder; the embedded one where there is none yet. */
    public static JournalKind in(Path folder) {
        return Files.exists(folder.resolve(dev.troupe.persistence.leveldb.LeveldbFolder.DATABASE)) ? LEVELDB : EMBEDDED;
    }

    static JournalKind of(String profile) {
        for (JournalKind kind : values()) {
            if (kind.profile.equals(profile)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no journal is called " + profile);
    }

    /** What an actor system's settings must say to use it. */
    public Config settings() {
        return switch (this) {
            case EMBEDDED -> ConfigFactory.empty();
            case LEVELDB ->
                ConfigFactory.parseResourcesAnySyntax(
                        JournalKind.class.getClassLoader(), "dev/troupe/persistence/leveldb/leveldb");
        };
    }
}
