package dev.troupe.actors.cache;

import dev.troupe.actors.entity.ResourceEntity;
import dev.troupe.actors.sequencer.Sequencers;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.RecoveryScan;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.RecipientRef;
import org.jspecify.annotations.Nullable;

/**
 * Where caches read.
 *
 * @param entities each object's entity
 * @param blocking for reads of the journal
 */
public record CacheSources(
        Sequencers sequencers,
        Function<ObjectKey, RecipientRef<ResourceEntity.Command>> entities,
        RecoveryScan journal,
        Executor blocking) {

    void wake(ObjectKey key) {
        entities.apply(key).tell(new ResourceEntity.Wake());
    }

    <T extends @Nullable Object> CompletableFuture<T> scan(Supplier<T> read) {
        return CompletableFuture.supplyAsync(read, blocking);
    }
}
