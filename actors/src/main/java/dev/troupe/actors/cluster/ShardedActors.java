package dev.troupe.actors.cluster;

import com.typesafe.config.Config;
import dev.troupe.actors.entity.ResourceEntity;
import dev.troupe.actors.quota.QuotaGate;
import dev.troupe.actors.sequencer.LocalVersions;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.actors.sequencer.Sequencers;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import java.time.InstantSource;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;

/** The actors that sharding places: one for each object, resource or namespace in the whole cluster. */
final class ShardedActors {
    private final ActorSystem<?> system;
    private final Config config;
    private final InstantSource clock;
    private final ClusterSharding sharding;

    ShardedActors(ActorSystem<?> system, InstantSource clock) {
        this.system = system;
        this.config = system.settings().config();
        this.clock = clock;
        this.sharding = ClusterSharding.get(system);
    }

    RecipientRef<Sequencer.Command> sequencer(GroupResource resource) {
        return sharding.entityRefFor(Sequencer.TYPE_KEY, resource.toString());
    }

    RecipientRef<ResourceEntity.Command> entity(ObjectKey key) {
        return sharding.entityRefFor(ResourceEntity.TYPE_KEY, key.persistenceId());
    }

    RecipientRef<QuotaGate.Command> quotaGate(String namespace) {
        return sharding.entityRefFor(QuotaGate.TYPE_KEY, namespace);
    }

    /** Sequencers are few and always wanted: they stay in memory. */
    void startSequencers(LocalVersions versions) {
        sharding.init(Entity.of(
                        Sequencer.TYPE_KEY,
                        context -> Sequencer.create(GroupResource.parse(context.getEntityId()), clock, versions))
                .withMessageExtractor(new HashCodeMessageExtractor<>(config.getInt("troupe.sequencers.shards")))
                .withSettings(ClusterShardingSettings.create(system)
                        .withPassivationStrategy(
                                ClusterShardingSettings.PassivationStrategySettings$.MODULE$.disabled())));
    }

    void startEntities(ResourceRegistry kinds, Sequencers sequencers) {
        ResourceEntity.Environment environment =
                new ResourceEntity.Environment(sequencers, clock, config.getInt("troupe.entities.snapshot-every"));
        sharding.init(Entity.of(ResourceEntity.TYPE_KEY, context -> {
                    ObjectKey key = ObjectKey.parse(context.getEntityId());
                    return ResourceEntity.create(key, kinds.get(key.resource()), environment);
                })
                .withStopMessage(new ResourceEntity.Stop())
                .withMessageExtractor(new HashCodeMessageExtractor<>(config.getInt("troupe.entities.shards"))));
    }

    void startQuotaGates(ResourceApi api) {
        sharding.init(Entity.of(QuotaGate.TYPE_KEY, context -> QuotaGate.create(context.getEntityId(), api, clock))
                .withMessageExtractor(new HashCodeMessageExtractor<>(config.getInt("troupe.quota-gates.shards"))));
    }
}
