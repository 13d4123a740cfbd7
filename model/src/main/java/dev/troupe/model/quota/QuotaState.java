package dev.troupe.model.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.GroupResource;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One ResourceQuota as charges see it.
 *
 * @param spec with the scopes; read only
 * @param hard what may be used at most
 * @param used what is used; a name of {@code hard} that is missing here is not known yet
 */
public record QuotaState(String name, JsonNode spec, Map<String, Quantity> hard, Map<String, Quantity> used) {
    public QuotaState {
        hard = Map.copyOf(hard);
        used = Map.copyOf(used);
    }

    /** One object that counts, with its resource. */
    public record Counted(GroupResource resource, JsonNode object) {}

    /** As the quota's status has it: what the quota controller last computed. */
    public static QuotaState ofStatus(JsonNode quota) {
        return new QuotaState(
                Json.text(quota, "metadata", "name"),
                quota.path("spec"),
                amounts(quota.path("status").path("hard")),
                amounts(quota.path("status").path("used")));
    }

    /**
     * Computed anew from its spec and all the namespace's objects of the resources that {@link #resources} names.
     *
     * @param objects others than those are left out of the sum
     */
    public static QuotaState computed(JsonNode quota, Collection<Counted> objects, Instant now) {
        JsonNode spec = quota.path("spec");
        Map<String, Quantity> hard = amounts(spec.path("hard"));
        Map<String, Quantity> used = new TreeMap<>();
        hard.keySet().forEach(name -> used.put(name, Quantity.ZERO));
        for (Counted counted : objects) {
            if (QuotaScopes.cover(spec, counted.resource(), counted.object())) {
                ResourceUsage.of(counted.resource(), counted.object(), now)
                        .forEach((name, amount) -> used.computeIfPresent(name, (same, sum) -> sum.add(amount)));
            }
        }
        return new QuotaState(Json.text(quota, "metadata", "name"), spec, hard, used);
    }

    /** The resources whose objects count to a quota. */
    public static Set<GroupResource> resources(JsonNode quota) {
        Set<GroupResource> resources = new TreeSet<>();
        quota.path("spec")
                .path("hard")
                .fieldNames()
                .forEachRemaining(name -> resources.addAll(ResourceUsage.resourcesFor(name)));
        return resources;
    }

    private static Map<String, Quantity> amounts(JsonNode list) {
        Map<String, Quantity> amounts = new TreeMap<>();
        list.properties()
                .forEach(entry ->
                        amounts.put(entry.getKey(), Quantity.of(entry.getValue().asText())));
        return amounts;
    }

    QuotaState withUsed(Map<String, Quantity> newUsed) {
        return new QuotaState(name, spec, hard, newUsed);
    }
}
