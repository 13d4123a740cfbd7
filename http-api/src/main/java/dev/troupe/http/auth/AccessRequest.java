package dev.troupe.http.auth;

import dev.troupe.http.request.RequestInfo;
import dev.troupe.model.selector.FieldSelector;

/**
 * What somebody wants to do, as RBAC asks.
 *
 * @param resourceRequest false for paths outside the API groups
 * @param verb get, list, watch, create, update, patch, delete, deletecollection or impersonate; get for GET of a path
 * @param group empty for core
 * @param subresource empty for the object itself
 * @param namespace empty for cluster scope and for all namespaces
 * @param name empty for collections
 * @param path of a request outside the API groups
 * @param fields that a list or watch is limited to
 */
public record AccessRequest(
        boolean resourceRequest,
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path,
        FieldSelector fields) {

    public static AccessRequest of(RequestInfo info, FieldSelector fields) {
        return new AccessRequest(
                info.resourceRequest(),
                info.verb(),
                info.group(),
                info.resource(),
                info.subresource(),
                info.namespace(),
                info.name().isEmpty() ? selectedName(fields) : info.name(),
                info.path(),
                fields);
    }

    /** The one name that a list or watch is limited to; empty for none. */
    private static String selectedName(FieldSelector fields) {
        return fields.requirements().stream()
                .filter(requirement ->
                        requirement.equal() && requirement.field().equals("metadata.name"))
                .map(FieldSelector.Requirement::value)
                .findFirst()
                .orElse("");
    }

    /** The right to a verb on a resource. */
    public static AccessRequest resource(String verb, String group, String resource, String namespace, String name) {
        return new AccessRequest(true, verb, group, resource, "", namespace, name, "", FieldSelector.everything());
    }

    public static AccessRequest path(String verb, String path) {
        return new AccessRequest(false, verb, "", "", "", "", "", path, FieldSelector.everything());
    }

    public AccessRequest withSubresource(String wanted) {
        return new AccessRequest(resourceRequest, verb, group, resource, wanted, namespace, name, path, fields);
    }

    /** {@code pods} or {@code pods/log}. */
    public String resourceWithSubresource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }

    public boolean isReadOnly() {
        return verb.equals("get") || verb.equals("list") || verb.equals("watch");
    }
}
