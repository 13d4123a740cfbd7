package dev.troupe.http.request;

import java.util.List;
import java.util.Set;

/**
 * What a request asks for, as its method and path say. The same rules as Kubernetes' RequestInfo, since authorization
 * depends on them.
 *
 * @param resourceRequest true for {@code /api/VERSION/...} and {@code /apis/GROUP/VERSION/...}
 * @param path decoded, beginning with a slash, without one at the end
 * @param verb get, list, watch, create, update, patch, delete or deletecollection; the lower-case method for others
 * @param group empty for core and for non-resource requests
 * @param namespace empty for none
 * @param resource plural name; empty for non-resource requests
 * @param subresource empty for the object itself
 * @param name of the path; empty for collections
 * @param parts of the path from the resource on
 */
public record RequestInfo(
        boolean resourceRequest,
        String path,
        String verb,
        String group,
        String version,
        String namespace,
        String resource,
        String subresource,
        String name,
        List<String> parts) {

    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");
    private static final Set<String> STREAMING_SUBRESOURCES = Set.of("attach", "exec", "proxy", "log", "portforward");

    public RequestInfo {
        parts = List.copyOf(parts);
    }

    /**
     * Reads method and path.
     *
     * @param method upper-case
     * @param segments of the path, decoded
     * @param watch whether the query asks for a watch
     */
    public static RequestInfo of(String method, List<String> segments, boolean watch) {
        String path = "/" + String.join("/", segments);
        boolean core = !segments.isEmpty() && segments.get(0).equals("api");
        boolean grouped = !segments.isEmpty() && segments.get(0).equals("apis");
        int prefix = core ? 2 : 3;
        if ((!core && !grouped) || segments.size() <= prefix) {
            return new RequestInfo(
                    false, path, method.toLowerCase(java.util.Locale.ROOT), "", "", "", "", "", "", List.of());
        }
        String group = core ? "" : segments.get(1);
        String version = segments.get(prefix - 1);
        List<String> parts = segments.subList(prefix, segments.size());
        String verb = verb(method);
        if (parts.get(0).equals("watch") && parts.size() > 1) {
            // The old form /api/v1/watch/... of ?watch=true.
            verb = "watch";
            parts = parts.subList(1, parts.size());
        }
        String namespace = "";
        if (parts.get(0).equals("namespaces") && parts.size() > 1) {
            namespace = parts.get(1);
            if (parts.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(parts.get(2))) {
                parts = parts.subList(2, parts.size());
            }
        }
        String name = parts.size() > 1 ? parts.get(1) : "";
        String subresource = parts.size() > 2 ? parts.get(2) : "";
        if (name.isEmpty()) {
            verb = collectionVerb(verb, watch);
        }
        return new RequestInfo(true, path, verb, group, version, namespace, parts.get(0), subresource, name, parts);
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> method.toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static String collectionVerb(String verb, boolean watch) {
        return switch (verb) {
            case "get" -> watch ? "watch" : "list";
            case "delete" -> "deletecollection";
            default -> verb;
        };
    }

    /** True for requests that last as long as the client likes; limits and deadlines leave them alone. */
    public boolean isLongRunning() {
        return resourceRequest && (verb.equals("watch") || STREAMING_SUBRESOURCES.contains(subresource));
    }

    public boolean isReadOnly() {
        return Set.of("get", "list", "watch", "head").contains(verb);
    }

    /** {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
