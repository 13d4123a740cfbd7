package dev.troupe.app.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.http.auth.NodeObjects;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which pods run on which node and what they refer to, for the node authorizer. Follows the pods; asks nobody. */
final class BoundPods implements NodeObjects {
    private static final Logger LOG = LoggerFactory.getLogger(BoundPods.class);

    private final ResourceApi api;
    private final Caller caller;
    private final Map<String, Map<NamespacedName, StoredObject>> podsByNode = new ConcurrentHashMap<>();

    BoundPods(ResourceApi api, Caller caller) {
        this.api = api;
        this.caller = caller;
    }

    /** Begins to follow; begins anew whenever the watch ends. */
    void follow() {
        WatchObserver observer = new WatchObserver() {
            @Override
            public void next(List<WatchEvent> events) {
                events.forEach(BoundPods.this::see);
            }

            @Override
            public void ended(Optional<Status> why) {
                LOG.info("the watch of pods for the node authorizer ended, it begins anew: {}", why);
                podsByNode.clear();
                follow();
            }
        };
        api.watch(caller, WatchRequest.state(BuiltInTypes.PODS), observer);
    }

    private void see(WatchEvent event) {
        switch (event) {
            case WatchEvent.Added added -> put(added.object());
            case WatchEvent.Modified modified -> put(modified.object());
            case WatchEvent.Deleted deleted ->
                pods(node(deleted.object())).remove(deleted.object().name());
            case WatchEvent.Bookmark bookmark -> {
                // No pod changed.
            }
        }
    }

    private void put(StoredObject pod) {
        String node = node(pod);
        if (!node.isEmpty()) {
            pods(node).put(pod.name(), pod);
        }
    }

    private Map<NamespacedName, StoredObject> pods(String node) {
        return podsByNode.computeIfAbsent(node, name -> new ConcurrentHashMap<>());
    }

    private static String node(StoredObject pod) {
        return pod.fields().getOrDefault("spec.nodeName", "");
    }

    @Override
    public boolean isBound(NamespacedName pod, String node) {
        return podsByNode.getOrDefault(node, Map.of()).containsKey(pod);
    }

    @Override
    public boolean isReferred(ObjectKey object, String node) {
        return podsByNode.getOrDefault(node, Map.of()).values().stream()
                .filter(pod -> pod.meta().namespace().equals(object.name().namespace()))
                .anyMatch(pod -> refers(
                        pod.tree().path("spec"),
                        object.resource().resource(),
                        object.name().name()));
    }

    private static boolean refers(JsonNode spec, String resource, String name) {
        return switch (resource) {
            case "serviceaccounts" -> Json.text(spec, "serviceAccountName").equals(name);
            case "secrets" ->
                mentions(spec.path("volumes"), name, "secret", "secretName")
                        || mentions(spec, name, "secretKeyRef", "name")
                        || mentions(spec, name, "secretRef", "name")
                        || mentions(spec.path("volumes"), name, "secret", "name")
                        || names(spec.path("imagePullSecrets"), name);
            case "configmaps" ->
                mentions(spec.path("volumes"), name, "configMap", "name")
                        || mentions(spec, name, "configMapKeyRef", "name")
                        || mentions(spec, name, "configMapRef", "name");
            default -> false;
        };
    }

    private static boolean mentions(JsonNode tree, String name, String holder, String field) {
        return tree.findValues(holder).stream()
                .anyMatch(found -> Json.text(found, field).equals(name));
    }

    private static boolean names(JsonNode list, String name) {
        for (JsonNode entry : list) {
            if (Json.text(entry, "name").equals(name)) {
                return true;
            }
        }
        return false;
    }
}
