package dev.troupe.model.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.pod.PodResources;
import dev.troupe.model.kind.validation.ResourceNames;
import dev.troupe.model.quantity.Quantity;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What pods count for. */
final class PodUsage {
    private static final Set<String> NAMES = Set.of(
            "count/pods",
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    /** What every container must state for itself if a quota limits it. */
    private static final Set<String> STATED =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private PodUsage() {}

    static boolean counts(String name) {
        return NAMES.contains(name)
                || name.startsWith("hugepages-")
                || name.startsWith("requests.hugepages-")
                || (name.startsWith("requests.") && ResourceNames.isExtended(name.substring("requests.".length())));
    }

    /** Nothing for a pod that has ended or should be gone: it is an object still, but uses nothing. */
    static Map<String, Quantity> of(JsonNode pod, Instant now) {
        if (hasEnded(pod, now)) {
            return Map.of();
        }
        Map<String, Quantity> usage =
                named(PodResources.requests(pod.path("spec")), PodResources.limits(pod.path("spec")));
        usage.put("pods", Quantity.of(1));
        return usage;
    }

    private static boolean hasEnded(JsonNode pod, Instant now) {
        String phase = Json.text(pod, "status", "phase");
        String deletion = Json.text(pod, "metadata", "deletionTimestamp");
        long grace = pod.path("metadata").path("deletionGracePeriodSeconds").asLong(0);
        return phase.equals("Succeeded")
                || phase.equals("Failed")
                || (!deletion.isEmpty() && now.isAfter(Instant.parse(deletion).plusSeconds(grace)));
    }

    /** Requests count under their own name and, for the standard ones, under {@code requests.} too. */
    private static Map<String, Quantity> named(Map<String, Quantity> requests, Map<String, Quantity> limits) {
        Map<String, Quantity> usage = new TreeMap<>();
        requests.forEach((name, amount) -> {
            if (ResourceNames.isStandardForContainers(name)) {
                usage.put(name, amount);
            }
            if (ResourceNames.isStandardForContainers(name) || ResourceNames.isExtended(name)) {
                usage.put("requests." + name, amount);
            }
        });
        limits.forEach((name, amount) -> {
            if (ResourceNames.isStandardForContainers(name) && !name.startsWith("hugepages-")) {
                usage.put("limits." + name, amount);
            }
        });
        return usage;
    }

    /**
     * What containers leave unsaid though a quota limits it.
     *
     * @param limited the names that the quota limits
     * @return for example {@code must specify requests.cpu for: a,b; requests.memory for: a}; empty if nothing is missing
     */
    static String unstated(JsonNode pod, Set<String> limited) {
        Map<String, Set<String>> missing = new TreeMap<>();
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : pod.path("spec").path(list)) {
                Set<String> stated = statedBy(container);
                for (String name : limited) {
                    if (STATED.contains(name) && !stated.contains(name)) {
                        missing.computeIfAbsent(name, unused -> new TreeSet<>()).add(Json.text(container, "name"));
                    }
                }
            }
        }
        if (missing.isEmpty()) {
            return "";
        }
        TreeSet<String> parts = new TreeSet<>();
        missing.forEach((name, containers) -> parts.add(name + " for: " + String.join(",", containers)));
        return "must specify " + String.join("; ", parts);
    }

    private static Set<String> statedBy(JsonNode container) {
        JsonNode only = Json.object().set("containers", Json.array().add(container.deepCopy()));
        return named(PodResources.requests(only), PodResources.limits(only)).keySet();
    }
}
