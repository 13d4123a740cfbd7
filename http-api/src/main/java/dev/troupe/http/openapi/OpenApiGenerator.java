package dev.troupe.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.http.openapi.ApiOperation.Gvk;
import dev.troupe.http.openapi.OpenApiSchemas.Form;
import dev.troupe.model.json.Json;
import dev.troupe.model.schema.Schemas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts whole documents together. */
final class OpenApiGenerator {
    private final ServedApi api;
    private final String gitVersion;
    private final Map<String, List<Gvk>> kinds;

    /** @param gitVersion as {@code /version} tells it, for example {@code v1.32.0} */
    OpenApiGenerator(ServedApi api, String gitVersion) {
        this.api = api;
        this.gitVersion = gitVersion;
        this.kinds = kinds(api);
    }

    private static Map<String, List<Gvk>> kinds(ServedApi api) {
        Map<String, List<Gvk>> kinds = new LinkedHashMap<>();
        for (String shared : List.of("DeleteOptions", "WatchEvent")) {
            List<Gvk> everywhere = new ArrayList<>();
            api.groups()
                    .forEach(group -> group.versions()
                            .forEach(version -> everywhere.add(new Gvk(group.name(), version.version(), shared))));
            kinds.put(ApiOperations.META + shared, everywhere);
        }
        kinds.put(ApiOperations.META + "Status", List.of(new Gvk("", "v1", "Status")));
        for (ServedApi.Group group : api.groups()) {
            for (ServedApi.Version version : group.versions()) {
                for (ApiOperation operation : ApiOperations.of(version)) {
                    Gvk gvk = operation.gvk();
                    name(kinds, gvk);
                    name(kinds, new Gvk(gvk.group(), gvk.version(), gvk.kind() + "List"));
                }
            }
        }
        return kinds;
    }

    private static void name(Map<String, List<Gvk>> kinds, Gvk gvk) {
        String definition = Schemas.builtIn().definitionName(gvk.group(), gvk.version(), gvk.kind());
        if (Schemas.builtIn().definitions().has(definition)) {
            kinds.putIfAbsent(definition, List.of(gvk));
        }
    }

    /** The version 3 document of one group version. */
    ObjectNode version3(ServedApi.Version version) {
        List<ApiOperation> operations = ApiOperations.of(version);
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        info(document);
        document.set("paths", OpenApiPaths.write(Form.V3, operations));
        ObjectNode components = document.putObject("components");
        components.set("schemas", OpenApiSchemas.write(Form.V3, roots(operations), kinds));
        components
                .putObject("securitySchemes")
                .putObject("BearerToken")
                .put("type", "apiKey")
                .put("description", "Bearer Token authentication")
                .put("name", "authorization")
                .put("in", "header");
        return document;
    }

    /** The version 2 document of everything. */
    ObjectNode version2() {
        List<ApiOperation> operations = new ArrayList<>();
        api.groups()
                .forEach(group -> group.versions().forEach(version -> operations.addAll(ApiOperations.of(version))));
        ObjectNode document = Json.object().put("swagger", "2.0");
        info(document);
        document.set("paths", OpenApiPaths.write(Form.V2, operations));
        document.set("definitions", OpenApiSchemas.write(Form.V2, roots(operations), kinds));
        return document;
    }

    private void info(ObjectNode document) {
        document.putObject("info").put("title", "Kubernetes").put("version", gitVersion);
    }

    private static Set<String> roots(List<ApiOperation> operations) {
        Set<String> roots = new LinkedHashSet<>();
        for (ApiOperation operation : operations) {
            operation.bodyType().ifPresent(roots::add);
            operation.answerType().ifPresent(roots::add);
        }
        roots.add(ApiOperations.META + "WatchEvent");
        return roots;
    }
}
