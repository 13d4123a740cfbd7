package dev.troupe.actors.cache;

import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import scala.Option;
import scala.collection.immutable.TreeMap;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * Objects by namespace and name. Immutable: a change gives a new map that shares all but a few nodes with the old one, so
 * that a list may read one state while the next is made.
 */
public final class SortedObjects {
    static final SortedObjects EMPTY = new SortedObjects(scala.collection.immutable.TreeMap$.MODULE$.empty(
            scala.math.Ordering$.MODULE$.comparatorToOrdering(Comparator.<NamespacedName>naturalOrder())));

    private final TreeMap<NamespacedName, StoredObject> map;

    private SortedObjects(TreeMap<NamespacedName, StoredObject> map) {
        this.map = map;
    }

    SortedObjects with(StoredObject object) {
        return new SortedObjects(map.updated(object.name(), object));
    }

    SortedObjects without(NamespacedName name) {
        return new SortedObjects(map.removed(name));
    }

    public int size() {
        return map.size();
    }

    public Optional<StoredObject> find(NamespacedName name) {
        return OptionConverters.toJava(map.get(name));
    }

    /** In order, beginning with the name or what follows it. */
    public Iterator<StoredObject> from(NamespacedName name) {
        return CollectionConverters.asJava(map.valuesIteratorFrom(name));
    }

    /** How many stand in order from a name, inclusive, up to another, exclusive; without an end if that is empty. */
    public int count(NamespacedName from, Optional<NamespacedName> until) {
        return map.rangeImpl(Option.apply(from), OptionConverters.toScala(until))
                .size();
    }

    /** All, in order. */
    public Iterable<StoredObject> all() {
        return CollectionConverters.asJava(map.values());
    }
}
