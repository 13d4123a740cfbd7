package dev.troupe.node.reflect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Services with their EndpointSlices as last heard, and which changed since it was last asked. For one thread. */
public final class ServiceIndex {
    /** The label that ties an EndpointSlice to its Service. */
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Map<NamespacedName, StoredObject> services = new HashMap<>();
    private final Map<NamespacedName, Map<String, StoredObject>> slices = new HashMap<>();
    private final Map<NamespacedName, NamespacedName> serviceOfSlice = new HashMap<>();
    private final Set<NamespacedName> changed = new HashSet<>();
    private boolean servicesKnown;
    private boolean slicesKnown;

    /** Whether both resources have been read in full: before, acting on them would cut off what works. */
    public boolean isComplete() {
        return servicesKnown && slicesKnown;
    }

    /** Takes in what is told of Services. */
    public void services(Reflection reflection) {
        switch (reflection) {
            case Reflection.Replaced replaced -> {
                changed.addAll(services.keySet());
                services.clear();
                services.putAll(replaced.objects());
                changed.addAll(services.keySet());
                servicesKnown = true;
            }
            case Reflection.Changed some -> some.changes().forEach(this::changeService);
        }
    }

    private void changeService(Reflection.Change change) {
        NamespacedName name = change.object().name();
        switch (change) {
            case Reflection.Change.Set set -> services.put(name, set.object());
            case Reflection.Change.Removed removed -> services.remove(name);
        }
        changed.add(name);
    }

    /** Takes in what is told of EndpointSlices. */
    public void slices(Reflection reflection) {
        switch (reflection) {
            case Reflection.Replaced replaced -> {
                changed.addAll(slices.keySet());
                slices.clear();
                serviceOfSlice.clear();
                replaced.objects().values().forEach(this::setSlice);
                slicesKnown = true;
            }
            case Reflection.Changed some -> some.changes().forEach(this::changeSlice);
        }
    }

    private void changeSlice(Reflection.Change change) {
        // The label may have changed, and with it the service.
        removeSlice(change.object().name());
        switch (change) {
            case Reflection.Change.Set set -> setSlice(set.object());
            case Reflection.Change.Removed removed -> {}
        }
    }

    private void setSlice(StoredObject slice) {
        String service = slice.meta().labels().getOrDefault(SERVICE_NAME, "");
        if (!service.isEmpty()) {
            NamespacedName owner = new NamespacedName(slice.meta().namespace(), service);
            slices.computeIfAbsent(owner, name -> new TreeMap<>())
                    .put(slice.meta().name(), slice);
            serviceOfSlice.put(slice.name(), owner);
            changed.add(owner);
        }
    }

    private void removeSlice(NamespacedName slice) {
        NamespacedName owner = serviceOfSlice.remove(slice);
        if (owner != null) {
            Map<String, StoredObject> others = slices.getOrDefault(owner, Map.of());
            others.remove(slice.name());
            if (others.isEmpty()) {
                slices.remove(owner);
            }
            changed.add(owner);
        }
    }

    /** All services there are. */
    public Set<NamespacedName> names() {
        return Set.copyOf(services.keySet());
    }

    public Optional<StoredObject> service(NamespacedName name) {
        return Optional.ofNullable(services.get(name));
    }

    /** The slices of a service in the order of their names; shared, to be read only. */
    public List<JsonNode> slicesOf(NamespacedName service) {
        return slices.getOrDefault(service, Map.of()).values().stream()
                .map(StoredObject::tree)
                .toList();
    }

    /** The services that changed since the last call, or whose slices did. */
    public Set<NamespacedName> takeChanged() {
        Set<NamespacedName> taken = Set.copyOf(changed);
        changed.clear();
        return taken;
    }
}
