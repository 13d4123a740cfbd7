package dev.troupe.model.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node with the pods that are on it or on their way to it. Sums are kept as pods come and go. */
public final class NodePicture {
    private StoredObject node;
    private Map<String, Quantity> allocatable = Map.of();
    private Set<String> images = Set.of();
    private final Map<String, PendingPod> pods = new LinkedHashMap<>();
    private final Map<String, Quantity> requested = new HashMap<>();
    private final Map<String, Quantity> weighed = new HashMap<>();

    NodePicture(StoredObject node) {
        this.node = node;
        update(node);
    }

    void update(StoredObject newNode) {
        node = newNode;
        Map<String, Quantity> amounts = new HashMap<>();
        newNode.tree()
                .path("status")
                .path("allocatable")
                .properties()
                .forEach(entry ->
                        amounts.put(entry.getKey(), Quantity.of(entry.getValue().asText())));
        allocatable = Map.copyOf(amounts);
        Set<String> names = new HashSet<>();
        newNode.tree()
                .path("status")
                .path("images")
                .forEach(image -> image.path("names").forEach(name -> names.add(name.asText())));
        images = Set.copyOf(names);
    }

    void add(PendingPod pod) {
        remove(pod.uid());
        pods.put(pod.uid(), pod);
        pod.requests().forEach((name, amount) -> requested.merge(name, amount, Quantity::add));
        for (String resource : List.of("cpu", "memory")) {
            weighed.merge(resource, pod.weight(resource), Quantity::add);
        }
    }

    boolean remove(String uid) {
        PendingPod pod = pods.remove(uid);
        if (pod == null) {
            return false;
        }
        pod.requests().forEach((name, amount) -> requested.merge(name, Quantity.ZERO.subtract(amount), Quantity::add));
        for (String resource : List.of("cpu", "memory")) {
            weighed.merge(resource, Quantity.ZERO.subtract(pod.weight(resource)), Quantity::add);
        }
        return true;
    }

    public String name() {
        return node.meta().name();
    }

    StoredObject object() {
        return node;
    }

    Map<String, String> labels() {
        return node.meta().labels();
    }

    boolean isUnschedulable() {
        return Json.bool(node.tree(), "spec", "unschedulable");
    }

    List<JsonNode> taints() {
        List<JsonNode> taints = new ArrayList<>();
        node.tree().path("spec").path("taints").forEach(taints::add);
        return taints;
    }

    Collection<PendingPod> pods() {
        return pods.values();
    }

    Quantity allocatable(String resource) {
        return allocatable.getOrDefault(resource, Quantity.ZERO);
    }

    Quantity requested(String resource) {
        return requested.getOrDefault(resource, Quantity.ZERO);
    }

    /** What its pods ask for, those that ask for nothing counted with upstream's defaults. */
    Quantity weighed(String resource) {
        return weighed.getOrDefault(resource, Quantity.ZERO);
    }

    boolean hasImage(String image) {
        return images.contains(image)
                || images.contains(image.indexOf(':', image.lastIndexOf('/') + 1) < 0 ? image + ":latest" : image);
    }
}
