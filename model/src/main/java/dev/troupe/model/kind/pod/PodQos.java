package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.quantity.Quantity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A pod's quality of service, which decides who is killed first when memory runs out. */
public final class PodQos {
    private static final Set<String> COMPUTE = Set.of("cpu", "memory");

    private PodQos() {}

    /**
     * {@code Guaranteed}, {@code Burstable} or {@code BestEffort}.
     *
     * @param spec with defaults
     */
    public static String of(JsonNode spec) {
        Map<String, Quantity> requests = new HashMap<>();
        Map<String, Quantity> limits = new HashMap<>();
        boolean guaranteed = true;
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(list)) {
                add(ResourceValidation.list(container, "requests"), requests);
                Set<String> limited = add(ResourceValidation.list(container, "limits"), limits);
                guaranteed &= limited.containsAll(COMPUTE);
            }
        }
        if (requests.isEmpty() && limits.isEmpty()) {
            return "BestEffort";
        }
        boolean equal = requests.size() == limits.size()
                && requests.entrySet().stream().allMatch(request -> {
                    Quantity limit = limits.get(request.getKey());
                    return limit != null && limit.compareTo(request.getValue()) == 0;
                });
        return guaranteed && equal ? "Guaranteed" : "Burstable";
    }

    private static Set<String> add(JsonNode list, Map<String, Quantity> sums) {
        Set<String> found = new HashSet<>();
        for (String resource : COMPUTE) {
            if (!list.has(resource)) {
                continue;
            }
            Quantity quantity = Quantity.of(list.path(resource).asText());
            if (quantity.signum() > 0) {
                found.add(resource);
                sums.merge(resource, quantity, Quantity::add);
            }
        }
        return found;
    }
}
