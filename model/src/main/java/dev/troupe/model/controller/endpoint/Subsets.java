package dev.troupe.model.controller.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The subsets of an Endpoints: addresses that have all their ports in common stand together, sorted, so that the same
 * pods always give the same text.
 */
final class Subsets {
    /** Addresses of one Endpoints; the rest is left out, and the object says so. */
    static final int MOST_ADDRESSES = 1000;

    private record Subset(List<ObjectNode> ready, List<ObjectNode> notReady, List<ObjectNode> ports) {
        private int size() {
            return ready.size() + notReady.size();
        }
    }

    private final Map<String, Subset> byPorts = new TreeMap<>();

    void add(ObjectNode address, boolean ready, List<ObjectNode> ports) {
        List<ObjectNode> sorted = ports.stream()
                .map(Subsets::plain)
                .sorted(Comparator.comparing(ObjectNode::toString))
                .toList();
        Subset subset = byPorts.computeIfAbsent(
                sorted.toString(), absent -> new Subset(new ArrayList<>(), new ArrayList<>(), sorted));
        (ready ? subset.ready() : subset.notReady()).add(address);
    }

    /** An unnamed port has no name here, where an EndpointSlice has an empty one. */
    private static ObjectNode plain(ObjectNode port) {
        ObjectNode plain = port.deepCopy();
        if (Json.text(plain, "name").isEmpty()) {
            plain.remove("name");
        }
        return plain;
    }

    /**
     * Leaves out addresses beyond the limit: of each subset its share, those that are not ready first.
     *
     * @return whether there were too many
     */
    boolean truncate() {
        int total = byPorts.values().stream().mapToInt(Subset::size).sum();
        if (total <= MOST_ADDRESSES) {
            return false;
        }
        int left = MOST_ADDRESSES;
        int later = byPorts.size();
        for (Subset subset : byPorts.values()) {
            later--;
            int share = later == 0 ? left : Math.min(left, Math.max(1, subset.size() * MOST_ADDRESSES / total));
            sort(subset);
            keep(subset.ready(), share);
            keep(subset.notReady(), share - subset.ready().size());
            left -= subset.size();
        }
        return true;
    }

    private static void keep(List<ObjectNode> addresses, int count) {
        if (addresses.size() > count) {
            addresses.subList(count, addresses.size()).clear();
        }
    }

    private static void sort(Subset subset) {
        Comparator<ObjectNode> order = Comparator.<ObjectNode, String>comparing(address -> Json.text(address, "ip"))
                .thenComparing(address -> Json.text(address, "targetRef", "uid"));
        subset.ready().sort(order);
        subset.notReady().sort(order);
    }

    ArrayNode toJson() {
        ArrayNode subsets = Json.array();
        for (Subset subset : byPorts.values()) {
            sort(subset);
            ObjectNode json = subsets.addObject();
            put(json, "addresses", subset.ready());
            put(json, "notReadyAddresses", subset.notReady());
            put(json, "ports", subset.ports());
        }
        return subsets;
    }

    private static void put(ObjectNode json, String field, List<ObjectNode> entries) {
        if (!entries.isEmpty()) {
            ArrayNode array = json.putArray(field);
            entries.forEach(array::add);
        }
    }
}
