package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.worker.ServiceSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The cluster's Services as last heard: one actor tells, many threads read. */
final class KnownServices implements ServiceSource {
    private final Map<NamespacedName, StoredObject> services = new ConcurrentHashMap<>();

    void apply(Reflection reflection) {
        switch (reflection) {
            case Reflection.Replaced replaced -> {
                services.keySet().retainAll(replaced.objects().keySet());
                services.putAll(replaced.objects());
            }
            case Reflection.Changed changed ->
                changed.changes().forEach(change -> {
                    switch (change) {
                        case Reflection.Change.Set set ->
                            services.put(set.object().name(), set.object());
                        case Reflection.Change.Removed removed ->
                            services.remove(removed.object().name());
                    }
                });
        }
    }

    @Override
    public List<JsonNode> inNamespace(String namespace) {
        return services.values().stream()
                .filter(service -> service.meta().namespace().equals(namespace))
                .map(StoredObject::tree)
                .toList();
    }
}
