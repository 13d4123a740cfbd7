package dev.troupe.http.openapi;

import dev.troupe.http.discovery.ServedApi;
import dev.troupe.http.discovery.ServedResource;
import dev.troupe.http.openapi.ApiOperation.Gvk;
import dev.troupe.http.openapi.ApiOperation.Parameter;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** All operations of one group version. Clients look here for the kind behind a path and for the options of a write. */
final class ApiOperations {
    static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static final Parameter DRY_RUN = new Parameter(
            "dryRun", "string", "When present, indicates that modifications should not be persisted. Valid value: All");
    private static final Parameter FIELD_MANAGER = new Parameter(
            "fieldManager", "string", "A name associated with the actor or entity that is making these changes.");
    private static final Parameter FIELD_VALIDATION = new Parameter(
            "fieldValidation",
            "string",
            "What to do with unknown or duplicate fields: Ignore, Warn (the default) or Strict.");
    private static final List<Parameter> WRITE = List.of(DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION);
    private static final List<Parameter> DELETE = List.of(
            DRY_RUN,
            new Parameter(
                    "gracePeriodSeconds", "integer", "The duration in seconds before the object should be deleted."),
            new Parameter(
                    "propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground."));
    private static final List<Parameter> LIST = List.of(
            new Parameter("allowWatchBookmarks", "boolean", "Requests watch events of type BOOKMARK."),
            new Parameter("continue", "string", "The token of the next page, from the answer before."),
            new Parameter("fieldSelector", "string", "Restricts the objects by their fields."),
            new Parameter("labelSelector", "string", "Restricts the objects by their labels."),
            new Parameter("limit", "integer", "The most objects of one answer."),
            new Parameter("resourceVersion", "string", "How fresh the answer must be, or where a watch begins."),
            new Parameter("resourceVersionMatch", "string", "How resourceVersion is applied to a list."),
            new Parameter("sendInitialEvents", "boolean", "Begins a watch with the state as it is."),
            new Parameter("timeoutSeconds", "integer", "Ends the call after so many seconds."),
            new Parameter("watch", "boolean", "Watch for changes instead of listing."));
    private static final List<Parameter> NONE = List.of();

    private final ServedApi.Version version;
    private final List<ApiOperation> operations = new ArrayList<>();

    private ApiOperations(ServedApi.Version version) {
        this.version = version;
    }

    static List<ApiOperation> of(ServedApi.Version version) {
        ApiOperations all = new ApiOperations(version);
        for (ServedResource resource : version.resources()) {
            if (resource.stored()) {
                all.stored(resource);
            } else {
                all.review(resource.type());
            }
        }
        return List.copyOf(all.operations);
    }

    private String base(ResourceType type) {
        String root = (version.group().isEmpty() ? "/api/" : "/apis/") + version.groupVersion();
        return root + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural();
    }

    private void review(ResourceType type) {
        String kind = definition(type.group(), type.version(), type.kind());
        new Adder(gvk(type), type.namespaced(), type.kind())
                .add(base(type), "post", "post", Optional.of(kind), Optional.of(kind), WRITE);
    }

    private void stored(ServedResource resource) {
        ResourceType type = resource.type();
        Optional<String> object = Optional.of(definition(type.group(), type.version(), type.kind()));
        Optional<String> list = Optional.of(definition(type.group(), type.version(), type.kind() + "List"));
        Optional<String> status = Optional.of(META + "Status");
        Optional<String> options = Optional.of(META + "DeleteOptions");
        String collection = base(type);
        String item = collection + "/{name}";
        Adder adder = new Adder(gvk(type), type.namespaced(), type.kind());
        if (type.namespaced()) {
            String everywhere = collection.replace("/namespaces/{namespace}", "");
            new Adder(gvk(type), false, type.kind() + "ForAllNamespaces")
                    .add(everywhere, "get", "list", Optional.empty(), list, LIST);
        }
        adder.add(collection, "get", "list", Optional.empty(), list, LIST);
        adder.add(collection, "post", "post", object, object, WRITE);
        if (resource.verbs().contains("deletecollection")) {
            adder.add(collection, "delete", "deletecollection", options, status, DELETE);
        }
        adder.add(item, "get", "get", Optional.empty(), object, NONE);
        adder.add(item, "put", "put", object, object, WRITE);
        adder.add(item, "patch", "patch", Optional.of(META + "Patch"), object, WRITE);
        adder.add(item, "delete", "delete", options, status, DELETE);
        for (ServedResource.Subresource sub : resource.subresources()) {
            subresource(type, item, sub);
        }
    }

    private void subresource(ResourceType type, String item, ServedResource.Subresource sub) {
        boolean own = sub.group().isEmpty();
        Gvk gvk = own
                ? new Gvk(type.group(), type.version(), sub.kind())
                : new Gvk(sub.group(), sub.version(), sub.kind());
        String name = type.kind() + capitalized(sub.name());
        Adder adder = new Adder(gvk, type.namespaced(), name);
        String path = item + "/" + sub.name();
        boolean connects = sub.kind().endsWith("Options");
        boolean text = connects || sub.name().equals("log");
        Optional<String> kind =
                text ? Optional.empty() : Optional.of(definition(gvk.group(), gvk.version(), gvk.kind()));
        for (String verb : sub.verbs()) {
            switch (verb) {
                case "get" -> adder.add(path, "get", connects ? "connect" : "get", Optional.empty(), kind, NONE);
                case "create" ->
                    adder.add(path, "post", connects ? "connect" : "post", kind, kind, connects ? NONE : WRITE);
                case "update" -> adder.add(path, "put", connects ? "connect" : "put", kind, kind, WRITE);
                case "patch" ->
                    adder.add(path, "patch", connects ? "connect" : "patch", Optional.of(META + "Patch"), kind, WRITE);
                default -> adder.add(path, "delete", "connect", Optional.empty(), kind, NONE);
            }
        }
    }

    private static String definition(String group, String version, String kind) {
        return Schemas.builtIn().definitionName(group, version, kind);
    }

    private static Gvk gvk(ResourceType type) {
        return new Gvk(type.group(), type.version(), type.kind());
    }

    private static String capitalized(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /** Adds operations on one kind under names such as {@code listCoreV1NamespacedPod}. */
    private final class Adder {
        private final Gvk gvk;
        private final String scopedName;

        Adder(Gvk gvk, boolean namespaced, String name) {
            this.gvk = gvk;
            this.scopedName = (namespaced ? "Namespaced" : "") + name;
        }

        void add(
                String path,
                String method,
                String action,
                Optional<String> body,
                Optional<String> answer,
                List<Parameter> query) {
            String group = groupName();
            String id = switch (action) {
                case "get" -> "read";
                case "post" -> "create";
                case "put" -> "replace";
                case "deletecollection" -> "delete";
                case "connect" -> "connect" + capitalized(method);
                default -> action;
            };
            String collection = action.equals("deletecollection") ? "Collection" : "";
            String operationId = id + capitalized(group) + capitalized(version.version()) + collection + scopedName;
            String tag = group + "_" + version.version();
            operations.add(new ApiOperation(path, method, action, operationId, tag, gvk, body, answer, query));
        }

        /** {@code core}, {@code apps}, {@code rbacAuthorization}. */
        private String groupName() {
            if (version.group().isEmpty()) {
                return "core";
            }
            StringBuilder name = new StringBuilder();
            for (String word : version.group().replace(".k8s.io", "").split("\\.")) {
                name.append(name.isEmpty() ? word : capitalized(word));
            }
            return name.toString();
        }
    }
}
