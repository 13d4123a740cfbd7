package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.NodePods;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The pods of a node as their workers last told. */
public final class PodRegistry implements NodePods {
    private record Entry(PodVersion pod, Optional<ObjectNode> unreported) {
        JsonNode tree() {
            ObjectNode tree = Json.parseObject(pod.json());
            unreported.ifPresent(status -> tree.set("status", status));
            return tree;
        }
    }

    private final Map<String, Entry> byUid = new ConcurrentHashMap<>();

    /** @param unreported the status, if the API does not have it yet */
    void put(PodVersion pod, Optional<ObjectNode> unreported) {
        byUid.put(pod.identity().uid(), new Entry(pod, unreported));
    }

    void remove(String uid) {
        byUid.remove(uid);
    }

    @Override
    public Optional<JsonNode> find(String namespace, String name) {
        // Of two of one name, the newer one; the older is on its way out.
        return byUid.values().stream()
                .filter(entry -> entry.pod().identity().name().equals(name)
                        && entry.pod().identity().namespace().equals(namespace))
                .max((left, right) ->
                        Long.compare(left.pod().resourceVersion(), right.pod().resourceVersion()))
                .map(Entry::tree);
    }

    @Override
    public List<JsonNode> all() {
        return byUid.values().stream().map(Entry::tree).toList();
    }
}
