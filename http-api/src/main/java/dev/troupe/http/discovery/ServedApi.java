package dev.troupe.http.discovery;

import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that is served, by group and version.
 *
 * @param groups the core group first, then in Kubernetes' order
 */
public record ServedApi(List<Group> groups) {
    /** Where two groups have a resource of one name, clients take the group that comes first. */
    private static final List<String> GROUP_ORDER = List.of(
            "",
            "apiregistration.k8s.io",
            "apps",
            "events.k8s.io",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "autoscaling",
            "batch",
            "certificates.k8s.io",
            "networking.k8s.io",
            "policy",
            "rbac.authorization.k8s.io",
            "storage.k8s.io",
            "admissionregistration.k8s.io",
            "apiextensions.k8s.io",
            "scheduling.k8s.io",
            "coordination.k8s.io",
            "node.k8s.io",
            "discovery.k8s.io",
            "flowcontrol.apiserver.k8s.io");

    private static final Pattern VERSION = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    /** @param versions the preferred one first */
    public record Group(String name, List<Version> versions) {
        public Group {
            versions = List.copyOf(versions);
        }
    }

    /** @param resources by plural name */
    public record Version(String group, String version, List<ServedResource> resources) {
        public Version {
            resources = List.copyOf(resources);
        }

        /** {@code v1} or {@code apps/v1}. */
        public String groupVersion() {
            return group.isEmpty() ? version : group + "/" + version;
        }
    }

    public ServedApi {
        groups = List.copyOf(groups);
    }

    /**
     * Arranges what is served.
     *
     * @param reviews of {@link ReviewTypes}, those that the server answers
     */
    public static ServedApi of(ResourceRegistry registry, Collection<ResourceType> reviews) {
        List<ServedResource> resources = new ArrayList<>();
        registry.all().forEach(strategy -> resources.add(ServedResource.stored(strategy.type())));
        reviews.forEach(type -> resources.add(ServedResource.review(type)));
        resources.sort(Comparator.comparing(resource -> resource.type().plural()));
        Map<String, Map<String, List<ServedResource>>> byGroup =
                new TreeMap<>(Comparator.comparingInt(ServedApi::rank).thenComparing(Comparator.naturalOrder()));
        for (ServedResource resource : resources) {
            byGroup.computeIfAbsent(resource.type().group(), group -> new TreeMap<>(ServedApi::compareVersions))
                    .computeIfAbsent(resource.type().version(), version -> new ArrayList<>())
                    .add(resource);
        }
        List<Group> groups = new ArrayList<>();
        byGroup.forEach((group, versions) -> {
            List<Version> served = new ArrayList<>();
            versions.forEach((version, its) -> served.add(new Version(group, version, its)));
            groups.add(new Group(group, served));
        });
        return new ServedApi(groups);
    }

    private static int rank(String group) {
        int known = GROUP_ORDER.indexOf(group);
        return known < 0 ? GROUP_ORDER.size() : known;
    }

    /** v2 before v1 before v1beta2 before v1beta1 before v1alpha1. */
    private static int compareVersions(String left, String right) {
        Matcher first = VERSION.matcher(left);
        Matcher second = VERSION.matcher(right);
        if (!first.matches() || !second.matches()) {
            return left.compareTo(right);
        }
        int byStability = Integer.compare(stability(second), stability(first));
        int byMajor = Integer.compare(Integer.parseInt(second.group(1)), Integer.parseInt(first.group(1)));
        if (byStability != 0 || byMajor != 0 || first.group(3) == null || second.group(3) == null) {
            return byStability != 0 ? byStability : byMajor;
        }
        return Integer.compare(Integer.parseInt(second.group(3)), Integer.parseInt(first.group(3)));
    }

    private static int stability(Matcher version) {
        String level = version.group(2);
        return level == null ? 2 : level.equals("beta") ? 1 : 0;
    }
}
