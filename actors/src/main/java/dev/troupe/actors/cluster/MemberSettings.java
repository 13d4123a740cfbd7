package dev.troupe.actors.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What distinguishes one member from another.
 *
 * @param journal the folder of the embedded journal
 * @param host the address that other members reach
 * @param port of the same; 0 for any
 * @param join members to join, {@code host:port}; empty to form a cluster of its own
 * @param overrides further settings under {@code troupe} and {@code pekko}
 */
public record MemberSettings(Path journal, String host, int port, List<String> join, Config overrides) {
    public MemberSettings {
        join = List.copyOf(join);
    }

    /** A cluster of one, which nobody else can join. */
    public static MemberSettings alone(Path journal) {
        return new MemberSettings(journal, "127.0.0.1", 0, List.of(), ConfigFactory.empty());
    }

    public MemberSettings with(Config more) {
        return new MemberSettings(journal, host, port, join, more.withFallback(overrides));
    }

    /** All settings of the actor system. */
    Config toConfig() {
        Config own = ConfigFactory.parseMap(Map.of(
                "troupe.persistence.directory", journal.toString(),
                "troupe.member.host", host,
                "troupe.member.port", port,
                "troupe.member.join", join));
        return ConfigFactory.load(overrides
                .withFallback(own)
                .withFallback(ConfigFactory.parseResourcesAnySyntax(
                        MemberSettings.class.getClassLoader(), "dev/troupe/actors/cluster/member")));
    }
}
