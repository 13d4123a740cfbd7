package dev.troupe.actors.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.quota.QuotaCharge;
import dev.troupe.model.resource.ObjectKey;
import java.time.Instant;

/**
 * A write that was let pass and is not yet seen among the objects.
 *
 * @param version of its success; 0 while it is under way
 * @param forgotten when it stops to count although nothing was heard of it
 */
record Pending(ObjectKey key, JsonNode object, boolean creation, long version, Instant forgotten) {

    static Pending of(QuotaCharge charge) {
        return new Pending(charge.key(), charge.object(), charge.old().isMissingNode(), 0, Instant.MAX);
    }

    Pending writtenAt(long newVersion) {
        return new Pending(key, object, creation, newVersion, forgotten);
    }

    Pending forgottenAt(Instant time) {
        return new Pending(key, object, creation, version, time);
    }

    /** Whether what was read contains it. A resource that no quota counts any more was not read at all. */
    boolean isSeenIn(Usage usage) {
        long read = usage.versions().getOrDefault(key.resource(), Long.MAX_VALUE);
        return version > 0 ? version <= read : creation && usage.objects().containsKey(key);
    }

    boolean isForgotten(Instant now) {
        return now.isAfter(forgotten);
    }
}
