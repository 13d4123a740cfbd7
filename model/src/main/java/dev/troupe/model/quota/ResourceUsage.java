package dev.troupe.model.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.kind.ServiceAllocation;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.GroupResource;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What objects count for, by the names that a quota's {@code hard} limits. */
public final class ResourceUsage {
    private static final String COUNT = "count/";

    /** Resources whose number has a name of its own beside {@code count/...}. */
    private static final Map<GroupResource, String> COUNTED = Map.of(
            BuiltInTypes.CONFIG_MAPS.groupResource(),
            "configmaps",
            BuiltInTypes.SECRETS.groupResource(),
            "secrets",
            BuiltInTypes.RESOURCE_QUOTAS.groupResource(),
            "resourcequotas",
            BuiltInTypes.REPLICATION_CONTROLLERS.groupResource(),
            "replicationcontrollers",
            BuiltInTypes.SERVICES.groupResource(),
            "services",
            new GroupResource("", "persistentvolumeclaims"),
            "persistentvolumeclaims");

    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();
    private static final GroupResource SERVICES = BuiltInTypes.SERVICES.groupResource();
    private static final String NODE_PORTS = "services.nodeports";
    private static final String LOAD_BALANCERS = "services.loadbalancers";

    private ResourceUsage() {}

    /**
     * What one object counts for.
     *
     * @param object with its kind's defaults
     * @param now a pod whose grace period is over counts no more
     */
    public static Map<String, Quantity> of(GroupResource resource, JsonNode object, Instant now) {
        Map<String, Quantity> usage = new TreeMap<>();
        usage.put(COUNT + resource, Quantity.of(1));
        String counted = COUNTED.get(resource);
        if (counted != null) {
            usage.put(counted, Quantity.of(1));
        }
        if (resource.equals(PODS)) {
            usage.putAll(PodUsage.of(object, now));
        } else if (resource.equals(SERVICES)) {
            usage.put(
                    NODE_PORTS, Quantity.of(ServiceAllocation.nodePorts(object).size()));
            boolean balanced = object.path("spec").path("type").asText("").equals("LoadBalancer");
            usage.put(LOAD_BALANCERS, Quantity.of(balanced ? 1 : 0));
        }
        return usage;
    }

    /** The names out of a quota's {@code hard} to which objects of a resource can count. */
    public static Set<String> namesFor(GroupResource resource, Collection<String> hard) {
        Set<String> names = new TreeSet<>();
        for (String name : hard) {
            boolean counts = name.equals(COUNT + resource)
                    || name.equals(COUNTED.get(resource))
                    || (resource.equals(PODS) && PodUsage.counts(name))
                    || (resource.equals(SERVICES) && (name.equals(NODE_PORTS) || name.equals(LOAD_BALANCERS)));
            if (counts) {
                names.add(name);
            }
        }
        return names;
    }

    /** The resources whose objects count to a name in {@code hard}; empty where none of the known ones does. */
    public static Set<GroupResource> resourcesFor(String name) {
        if (name.startsWith(COUNT)) {
            return Set.of(GroupResource.parse(name.substring(COUNT.length())));
        }
        Set<GroupResource> resources = new TreeSet<>();
        COUNTED.forEach((resource, counted) -> {
            if (counted.equals(name)) {
                resources.add(resource);
            }
        });
        if (name.equals(NODE_PORTS) || name.equals(LOAD_BALANCERS)) {
            resources.add(SERVICES);
        }
        if (PodUsage.counts(name)) {
            resources.add(PODS);
        }
        return resources;
    }
}
