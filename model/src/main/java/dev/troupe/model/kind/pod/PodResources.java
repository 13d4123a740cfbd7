package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a whole pod asks for and may use. Containers and sidecars (init containers that restart) run together, so theirs
 * adds up; other init containers run one by one beside the sidecars before them, so of theirs the largest counts.
 */
public final class PodResources {
    private PodResources() {}

    /**
     * The sum of requests by resource name, overhead included.
     *
     * @param spec of a pod with defaults, so a limit without a request counts as one
     */
    public static Map<String, Quantity> requests(JsonNode spec) {
        Map<String, Quantity> total = total(spec, "requests");
        addTo(total, amounts(spec.path("overhead")));
        return total;
    }

    /** The sum of limits by resource name; overhead is added only where there is a limit. */
    public static Map<String, Quantity> limits(JsonNode spec) {
        Map<String, Quantity> total = total(spec, "limits");
        amounts(spec.path("overhead"))
                .forEach((name, amount) -> total.computeIfPresent(name, (same, limit) -> limit.add(amount)));
        return total;
    }

    private static Map<String, Quantity> total(JsonNode spec, String list) {
        Map<String, Quantity> running = new TreeMap<>();
        for (JsonNode container : spec.path("containers")) {
            addTo(running, amounts(container.path("resources").path(list)));
        }
        Map<String, Quantity> sidecars = new TreeMap<>();
        Map<String, Quantity> largest = new TreeMap<>();
        for (JsonNode container : spec.path("initContainers")) {
            Map<String, Quantity> own = amounts(container.path("resources").path(list));
            if (Json.text(container, "restartPolicy").equals("Always")) {
                addTo(running, own);
                addTo(sidecars, own);
                raiseTo(largest, sidecars);
            } else {
                addTo(own, sidecars);
                raiseTo(largest, own);
            }
        }
        raiseTo(running, largest);
        return running;
    }

    private static Map<String, Quantity> amounts(JsonNode list) {
        Map<String, Quantity> amounts = new TreeMap<>();
        list.properties()
                .forEach(entry ->
                        amounts.put(entry.getKey(), Quantity.of(entry.getValue().asText())));
        return amounts;
    }

    private static void addTo(Map<String, Quantity> total, Map<String, Quantity> more) {
        more.forEach((name, amount) -> total.merge(name, amount, Quantity::add));
    }

    private static void raiseTo(Map<String, Quantity> total, Map<String, Quantity> least) {
        least.forEach((name, amount) -> total.merge(name, amount, Quantity::max));
    }
}
