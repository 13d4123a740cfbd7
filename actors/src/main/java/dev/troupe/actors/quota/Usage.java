package dev.troupe.actors.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.quota.QuotaState;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A namespace's quotas and all objects that count to them.
 *
 * @param quotas the ResourceQuotas
 * @param versions how new the objects of each resource are
 */
record Usage(List<JsonNode> quotas, Map<ObjectKey, JsonNode> objects, Map<GroupResource, Long> versions) {

    /** With writes that are not seen yet. */
    Usage with(Collection<Pending> pending) {
        Map<ObjectKey, JsonNode> all = new HashMap<>(objects);
        pending.forEach(one -> all.put(one.key(), one.object()));
        return new Usage(quotas, all, versions);
    }

    List<QuotaState> states(Instant now) {
        List<QuotaState.Counted> counted = objects.entrySet().stream()
                .map(object -> new QuotaState.Counted(object.getKey().resource(), object.getValue()))
                .toList();
        return quotas.stream()
                .map(quota -> QuotaState.computed(quota, counted, now))
                .toList();
    }
}
