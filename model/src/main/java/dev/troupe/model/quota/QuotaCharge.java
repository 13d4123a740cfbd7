package dev.troupe.model.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One write that may use up quota.
 *
 * @param key of the object that is written
 * @param object as it will be, with its kind's defaults
 * @param old as it is; a missing node on create
 */
public record QuotaCharge(ObjectKey key, JsonNode object, JsonNode old) {

    /**
     * The creation of an object.
     *
     * @param sent as the client sent it; not changed
     * @return the charge, or 400 where the object does not have its kind's shape
     */
    public static Outcome<QuotaCharge> create(ResourceStrategy strategy, ObjectKey key, ObjectNode sent) {
        ObjectNode object = sent.deepCopy();
        return FieldChecker.check(strategy.type(), object).map(problems -> {
            if (object.path("metadata") instanceof ObjectNode metadata) {
                metadata.remove("deletionTimestamp");
            }
            strategy.prepareForCreate(object);
            strategy.applyDefaults(object);
            return new QuotaCharge(key, object, Json.object().path("absent"));
        });
    }

    /** As {@link #create}, for the replacement of an object. */
    public static Outcome<QuotaCharge> update(ResourceStrategy strategy, ObjectKey key, ObjectNode sent, JsonNode old) {
        ObjectNode object = sent.deepCopy();
        return FieldChecker.check(strategy.type(), object).map(problems -> {
            strategy.prepareForUpdate(object, old);
            strategy.applyDefaults(object);
            return new QuotaCharge(key, object, old);
        });
    }

    /** Whether a write of this kind can use quota at all: creates do, and changes of services. */
    public boolean counts() {
        return old.isMissingNode() || key.resource().equals(BuiltInTypes.SERVICES.groupResource());
    }

    /**
     * Charges the write to all quotas of its namespace, or to none.
     *
     * @return the quotas in the order given, with what is used after the write; or 403 as Kubernetes puts it
     */
    public Outcome<List<QuotaState>> chargeTo(List<QuotaState> quotas, Instant now) {
        if (!counts()) {
            return Outcome.success(quotas);
        }
        GroupResource resource = key.resource();
        List<QuotaState> covering = new ArrayList<>();
        for (QuotaState quota : quotas) {
            Set<String> limited = ResourceUsage.namesFor(resource, quota.hard().keySet());
            if (limited.isEmpty() || !QuotaScopes.cover(quota.spec(), resource, object)) {
                continue;
            }
            if (resource.equals(BuiltInTypes.PODS.groupResource())) {
                String unstated = PodUsage.unstated(object, limited);
                if (!unstated.isEmpty()) {
                    return refused("failed quota: " + quota.name() + ": " + unstated);
                }
            }
            if (!quota.used().keySet().containsAll(limited)) {
                return refused(
                        "status unknown for quota: " + quota.name() + ", resources: " + String.join(",", limited));
            }
            covering.add(quota);
        }
        Map<String, Quantity> added = added(now);
        List<QuotaState> charged = new ArrayList<>();
        for (QuotaState quota : quotas) {
            if (!covering.contains(quota)) {
                charged.add(quota);
                continue;
            }
            Outcome<QuotaState> one = chargeOne(quota, added);
            if (one instanceof Outcome.Failure<QuotaState> failure) {
                return failure.as();
            }
            charged.add(one.orThrow());
        }
        return Outcome.success(charged);
    }

    /** What the write uses beyond what the object used before. */
    private Map<String, Quantity> added(Instant now) {
        Map<String, Quantity> usage = new TreeMap<>(ResourceUsage.of(key.resource(), object, now));
        if (!old.isMissingNode()) {
            ResourceUsage.of(key.resource(), old, now)
                    .forEach((name, before) -> usage.computeIfPresent(name, (same, after) -> after.subtract(before)));
        }
        usage.values().removeIf(amount -> amount.signum() <= 0);
        return usage;
    }

    private Outcome<QuotaState> chargeOne(QuotaState quota, Map<String, Quantity> added) {
        Map<String, Quantity> used = new TreeMap<>(quota.used());
        Set<String> exceeded = new TreeSet<>();
        Map<String, Quantity> requested = new TreeMap<>(added);
        requested.keySet().retainAll(quota.hard().keySet());
        requested.forEach((name, amount) -> {
            Quantity sum = used.getOrDefault(name, Quantity.ZERO).add(amount);
            used.put(name, sum);
            if (sum.compareTo(quota.hard().getOrDefault(name, Quantity.ZERO)) > 0) {
                exceeded.add(name);
            }
        });
        if (exceeded.isEmpty()) {
            return Outcome.success(quota.withUsed(used));
        }
        return refused("exceeded quota: " + quota.name() + ", requested: " + listed(requested, exceeded) + ", used: "
                + listed(quota.used(), exceeded) + ", limited: " + listed(quota.hard(), exceeded));
    }

    private static String listed(Map<String, Quantity> amounts, Set<String> names) {
        return String.join(
                ",",
                names.stream()
                        .filter(amounts::containsKey)
                        .map(name -> name + "=" + amounts.get(name))
                        .toList());
    }

    private <T> Outcome<T> refused(String why) {
        return Outcome.failure(Status.forbidden(key.resource(), key.name().name(), why));
    }
}
