package dev.troupe.http.discovery;

import dev.troupe.model.resource.ResourceType;
import java.util.List;

/**
 * One resource with the verbs that it answers.
 *
 * @param verbs sorted
 * @param stored false for reviews
 */
public record ServedResource(ResourceType type, List<String> verbs, List<Subresource> subresources, boolean stored) {
    private static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> NAMESPACE_VERBS =
            List.of("create", "delete", "get", "list", "patch", "update", "watch");
    private static final List<String> CREATE = List.of("create");

    /**
     * A part of a resource under a path of its own.
     *
     * @param group of the kind that it takes and gives; with the version empty where they are the resource's own
     */
    public record Subresource(String name, String group, String version, String kind, List<String> verbs) {
        public Subresource {
            verbs = List.copyOf(verbs);
        }
    }

    public ServedResource {
        verbs = List.copyOf(verbs);
        subresources = List.copyOf(subresources);
    }

    /** A resource of the registry: all verbs, but that namespaces are never deleted all at once. */
    static ServedResource stored(ResourceType type) {
        boolean namespaces = type.group().isEmpty() && type.plural().equals("namespaces");
        return new ServedResource(
                type,
                namespaces ? NAMESPACE_VERBS : ALL_VERBS,
                type.subresources().stream()
                        .sorted()
                        .map(name -> subresource(type, name))
                        .toList(),
                true);
    }

    static ServedResource review(ResourceType type) {
        return new ServedResource(type, CREATE, List.of(), false);
    }

    private static Subresource subresource(ResourceType type, String name) {
        return switch (name) {
            case "scale" -> new Subresource(name, "autoscaling", "v1", "Scale", List.of("get", "patch", "update"));
            case "eviction" -> new Subresource(name, "policy", "v1", "Eviction", CREATE);
            case "token" -> new Subresource(name, "authentication.k8s.io", "v1", "TokenRequest", CREATE);
            case "binding" -> own(name, "Binding", "create");
            case "finalize" -> own(name, type.kind(), "update");
            case "log" -> own(name, type.kind(), "get");
            case "exec" -> own(name, "PodExecOptions", "create", "get");
            case "attach" -> own(name, "PodAttachOptions", "create", "get");
            case "portforward" -> own(name, "PodPortForwardOptions", "create", "get");
            case "proxy" -> own(name, type.kind() + "ProxyOptions", "create", "delete", "get", "patch", "update");
            default -> own(name, type.kind(), "get", "patch", "update");
        };
    }

    private static Subresource own(String name, String kind, String... verbs) {
        return new Subresource(name, "", "", kind, List.of(verbs));
    }
}
