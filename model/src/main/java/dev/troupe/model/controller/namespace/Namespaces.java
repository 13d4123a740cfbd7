package dev.troupe.model.controller.namespace;

import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;

/** What the controllers of namespaces share. */
final class Namespaces {
    static final GroupResource RESOURCE = BuiltInTypes.NAMESPACES.groupResource();

    private Namespaces() {}

    static ObjectKey key(String name) {
        return BuiltInTypes.NAMESPACES.key("", name);
    }

    /** Whether things may still be created in it. */
    static boolean isActive(StoredObject namespace) {
        return !namespace.meta().isDeleting();
    }
}
