package dev.troupe.node.client;

import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Paths and queries of the Kubernetes API. */
final class RequestUris {
    private final String server;

    /** @param server for example {@code https://192.0.2.1:6443} */
    RequestUris(URI server) {
        String text = server.toString();
        this.server = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    URI collection(ResourceType type, String namespace, Map<String, String> query) {
        return uri(path(type, namespace), query);
    }

    /** @param subresource empty for the object itself */
    URI object(ResourceType type, NamespacedName name, String subresource, Map<String, String> query) {
        String own = path(type, name.namespace()) + "/" + encode(name.name());
        return uri(subresource.isEmpty() ? own : own + "/" + subresource, query);
    }

    private static String path(ResourceType type, String namespace) {
        String root = type.group().isEmpty() ? "/api/" : "/apis/" + type.group() + "/";
        String scope = type.namespaced() && !namespace.isEmpty() ? "/namespaces/" + encode(namespace) : "";
        return root + type.version() + scope + "/" + type.plural();
    }

    private URI uri(String path, Map<String, String> query) {
        String text = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        return URI.create(server + path + (text.isEmpty() ? "" : "?" + text));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static Map<String, String> query(ReadVersion version) {
        Map<String, String> query = new LinkedHashMap<>();
        switch (version) {
            case ReadVersion.Latest latest -> {}
            case ReadVersion.Any any -> query.put("resourceVersion", "0");
            case ReadVersion.NotOlderThan notOlder ->
                query.put("resourceVersion", Long.toString(notOlder.resourceVersion()));
            case ReadVersion.Exact exact -> query.put("resourceVersion", Long.toString(exact.resourceVersion()));
        }
        return query;
    }

    static Map<String, String> query(ListRequest request) {
        Map<String, String> query = query(request.version());
        switch (request.version()) {
            case ReadVersion.NotOlderThan notOlder -> query.put("resourceVersionMatch", "NotOlderThan");
            case ReadVersion.Exact exact -> query.put("resourceVersionMatch", "Exact");
            case ReadVersion.Latest latest -> {}
            case ReadVersion.Any any -> {}
        }
        selectors(query, request.labels(), request.fields());
        if (request.limit() > 0) {
            query.put("limit", Integer.toString(request.limit()));
        }
        if (!request.continueToken().isEmpty()) {
            query.put("continue", request.continueToken());
        }
        return query;
    }

    static Map<String, String> query(WatchRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("watch", "true");
        if (request.bookmarks()) {
            query.put("allowWatchBookmarks", "true");
        }
        switch (request.start()) {
            case WatchRequest.Start.After after -> query.put("resourceVersion", Long.toString(after.resourceVersion()));
            case WatchRequest.Start.State state -> {}
            case WatchRequest.Start.StreamedList list -> {
                query.put("sendInitialEvents", "true");
                query.put("resourceVersionMatch", "NotOlderThan");
                query.put("allowWatchBookmarks", "true");
                if (list.notOlderThan() > 0) {
                    query.put("resourceVersion", Long.toString(list.notOlderThan()));
                }
            }
        }
        selectors(query, request.labels(), request.fields());
        return query;
    }

    private static void selectors(Map<String, String> query, LabelSelector labels, FieldSelector fields) {
        if (!labels.isEverything()) {
            query.put("labelSelector", labels.toString());
        }
        if (!fields.isEverything()) {
            query.put("fieldSelector", fields.toString());
        }
    }

    static Map<String, String> query(WriteOptions options) {
        Map<String, String> query = new LinkedHashMap<>();
        if (options.dryRun()) {
            query.put("dryRun", "All");
        }
        if (!options.fieldManager().isEmpty()) {
            query.put("fieldManager", options.fieldManager());
        }
        query.put(
                "fieldValidation",
                switch (options.fieldValidation()) {
                    case IGNORE -> "Ignore";
                    case WARN -> "Warn";
                    case STRICT -> "Strict";
                });
        return query;
    }
}
