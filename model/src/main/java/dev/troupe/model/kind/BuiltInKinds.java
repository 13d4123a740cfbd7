package dev.troupe.model.kind;

import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import java.util.ArrayList;
import java.util.List;

/** The registry of all kinds that Troupe serves out of the box. */
public final class BuiltInKinds {
    private BuiltInKinds() {}

    public static ResourceRegistry registry() {
        List<ResourceStrategy> all = new ArrayList<>(CoreKinds.all());
        all.addAll(WorkloadKinds.all());
        return new ResourceRegistry(all);
    }
}
