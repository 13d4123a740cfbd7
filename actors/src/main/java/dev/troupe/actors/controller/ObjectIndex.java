package dev.troupe.actors.controller;

import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.OwnerReference;
import dev.troupe.model.resource.StoredObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The objects of one resource by name, by controller and by owner. Not thread-safe. */
final class ObjectIndex {
    private final NavigableMap<NamespacedName, StoredObject> objects = new TreeMap<>();
    private final Map<String, NavigableMap<NamespacedName, StoredObject>> byController = new HashMap<>();
    private final Map<String, NavigableMap<NamespacedName, StoredObject>> uncontrolled = new HashMap<>();
    private final Map<String, NavigableMap<NamespacedName, StoredObject>> byOwner = new HashMap<>();

    Optional<StoredObject> get(NamespacedName name) {
        return Optional.ofNullable(objects.get(name));
    }

    List<StoredObject> list(String namespace) {
        return List.copyOf(
                namespace.isEmpty()
                        ? objects.values()
                        : objects.subMap(
                                        new NamespacedName(namespace, ""),
                                        true,
                                        // The least namespace after this one.
                                        new NamespacedName(namespace + "\0", ""),
                                        false)
                                .values());
    }

    List<StoredObject> controlledBy(String uid) {
        return values(byController, uid);
    }

    List<StoredObject> uncontrolled(String namespace) {
        return values(uncontrolled, namespace);
    }

    List<StoredObject> ownedBy(String uid) {
        return values(byOwner, uid);
    }

    private static List<StoredObject> values(
            Map<String, NavigableMap<NamespacedName, StoredObject>> index, String entry) {
        NavigableMap<NamespacedName, StoredObject> found = index.get(entry);
        return found == null ? List.of() : List.copyOf(found.values());
    }

    /** All names, as they are now. */
    Set<NamespacedName> names() {
        return new LinkedHashSet<>(objects.keySet());
    }

    Collection<StoredObject> all() {
        return List.copyOf(objects.values());
    }

    /** Puts an object in the place of its former state, which it returns. */
    Optional<StoredObject> put(StoredObject object) {
        Optional<StoredObject> before = remove(object.name());
        objects.put(object.name(), object);
        object.meta()
                .controller()
                .ifPresentOrElse(
                        controller -> enter(byController, controller.uid(), object),
                        () -> enter(uncontrolled, object.meta().namespace(), object));
        for (OwnerReference owner : object.meta().ownerReferences()) {
            enter(byOwner, owner.uid(), object);
        }
        return before;
    }

    Optional<StoredObject> remove(NamespacedName name) {
        StoredObject object = objects.remove(name);
        if (object == null) {
            return Optional.empty();
        }
        object.meta()
                .controller()
                .ifPresentOrElse(
                        controller -> leave(byController, controller.uid(), object),
                        () -> leave(uncontrolled, object.meta().namespace(), object));
        for (OwnerReference owner : object.meta().ownerReferences()) {
            leave(byOwner, owner.uid(), object);
        }
        return Optional.of(object);
    }

    private static void enter(
            Map<String, NavigableMap<NamespacedName, StoredObject>> index, String entry, StoredObject object) {
        index.computeIfAbsent(entry, key -> new TreeMap<>()).put(object.name(), object);
    }

    private static void leave(
            Map<String, NavigableMap<NamespacedName, StoredObject>> index, String entry, StoredObject object) {
        index.computeIfPresent(entry, (key, values) -> {
            values.remove(object.name());
            return values.isEmpty() ? null : values;
        });
    }
}
