package dev.troupe.http.openapi;

import java.util.List;
import java.util.Optional;

/**
 * One method of one path, before it is written as version 2 or 3.
 *
 * @param path with {@code {namespace}} and {@code {name}} in it
 * @param method get, put, post, patch or delete
 * @param action what Kubernetes calls it: list, get, post, put, patch, delete, deletecollection or connect
 * @param tag {@code core_v1}
 * @param gvk of the resource or subresource
 * @param bodyType definition of what is sent; empty for none
 * @param answerType definition of what comes back; empty for plain text
 */
record ApiOperation(
        String path,
        String method,
        String action,
        String operationId,
        String tag,
        Gvk gvk,
        Optional<String> bodyType,
        Optional<String> answerType,
        List<Parameter> query) {

    /** A group, version and kind. */
    record Gvk(String group, String version, String kind) {}

    /** @param type string, integer or boolean */
    record Parameter(String name, String type, String description) {}

    ApiOperation {
        query = List.copyOf(query);
    }

    /** What the path's variables mean. */
    List<Parameter> pathParameters() {
        List<Parameter> parameters = new java.util.ArrayList<>();
        if (path.contains("{name}")) {
            parameters.add(new Parameter("name", "string", "name of the " + gvk.kind()));
        }
        if (path.contains("{namespace}")) {
            parameters.add(
                    new Parameter("namespace", "string", "object name and auth scope, such as for teams and projects"));
        }
        return parameters;
    }

    String description() {
        String kind = gvk.kind();
        return switch (action) {
            case "list" -> "list or watch objects of kind " + kind;
            case "get" -> "read the specified " + kind;
            case "post" -> "create a " + kind;
            case "put" -> "replace the specified " + kind;
            case "patch" -> "partially update the specified " + kind;
            case "delete" -> "delete the specified " + kind;
            case "deletecollection" -> "delete collection of " + kind;
            default -> "connect to " + kind;
        };
    }
}
