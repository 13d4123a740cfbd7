package dev.troupe.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.openapi.ApiOperation.Parameter;
import dev.troupe.http.openapi.OpenApiSchemas.Form;
import dev.troupe.model.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes operations as the paths of a version 2 or 3 document. */
final class OpenApiPaths {
    private static final List<String> ANSWERS = List.of("application/json", "application/yaml");
    private static final List<String> PATCHES = List.of(
            "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json");

    private final Form form;

    private OpenApiPaths(Form form) {
        this.form = form;
    }

    /** The paths, sorted. */
    static ObjectNode write(Form form, List<ApiOperation> operations) {
        OpenApiPaths writer = new OpenApiPaths(form);
        Map<String, ObjectNode> paths = new TreeMap<>();
        for (ApiOperation operation : operations) {
            ObjectNode path = paths.computeIfAbsent(operation.path(), key -> Json.object());
            path.set(operation.method(), form == Form.V3 ? writer.operation3(operation) : writer.operation2(operation));
            List<Parameter> variables = operation.pathParameters();
            if (!path.has("parameters") && !variables.isEmpty()) {
                ArrayNode parameters = path.putArray("parameters");
                variables.forEach(variable ->
                        parameters.add(writer.parameter(variable, "path").put("required", true)));
            }
        }
        ObjectNode all = Json.object();
        paths.forEach(all::set);
        return all;
    }

    private ObjectNode parameter(Parameter parameter, String in) {
        ObjectNode json =
                Json.object().put("name", parameter.name()).put("in", in).put("description", parameter.description());
        ObjectNode schema = form == Form.V3 ? json.putObject("schema") : json;
        schema.put("type", parameter.type()).put("uniqueItems", true);
        return json;
    }

    private ObjectNode head(ApiOperation operation) {
        ObjectNode json = Json.object();
        json.putArray("tags").add(operation.tag());
        json.put("description", operation.description());
        json.put("operationId", operation.operationId());
        return json;
    }

    private static void tail(ApiOperation operation, ObjectNode json) {
        json.put("x-kubernetes-action", operation.action());
        json.set("x-kubernetes-group-version-kind", OpenApiSchemas.gvk(operation.gvk()));
    }

    private static List<String> accepted(ApiOperation operation) {
        return operation.method().equals("patch") ? PATCHES : List.of("*/*");
    }

    private ObjectNode operation3(ApiOperation operation) {
        ObjectNode json = head(operation);
        if (!operation.query().isEmpty()) {
            ArrayNode parameters = json.putArray("parameters");
            operation.query().forEach(query -> parameters.add(parameter(query, "query")));
        }
        operation.bodyType().ifPresent(type -> {
            ObjectNode body = json.putObject("requestBody");
            content(body, accepted(operation), operation.bodyType());
            body.put("required", !operation.method().equals("delete"));
        });
        ObjectNode responses = json.putObject("responses");
        for (String code : codes(operation)) {
            ObjectNode response = responses.putObject(code).put("description", described(code));
            if (!code.equals("401")) {
                content(response, operation.answerType().isEmpty() ? List.of("*/*") : ANSWERS, operation.answerType());
            }
        }
        tail(operation, json);
        return json;
    }

    private void content(ObjectNode into, List<String> mediaTypes, Optional<String> type) {
        ObjectNode content = into.putObject("content");
        for (String mediaType : mediaTypes) {
            ObjectNode schema = content.putObject(mediaType).putObject("schema");
            type.ifPresentOrElse(name -> schema.put("$ref", form.reference(name)), () -> schema.put("type", "string"));
        }
    }

    private static List<String> codes(ApiOperation operation) {
        return operation.action().equals("post") ? List.of("200", "201", "202", "401") : List.of("200", "401");
    }

    private static String described(String code) {
        return switch (code) {
            case "200" -> "OK";
            case "201" -> "Created";
            case "202" -> "Accepted";
            default -> "Unauthorized";
        };
    }

    private ObjectNode operation2(ApiOperation operation) {
        ObjectNode json = head(operation);
        ArrayNode consumes = json.putArray("consumes");
        accepted(operation).forEach(consumes::add);
        ArrayNode produces = json.putArray("produces");
        (operation.answerType().isEmpty() ? List.of("*/*") : ANSWERS).forEach(produces::add);
        json.putArray("schemes").add("https");
        ArrayNode parameters = json.putArray("parameters");
        operation.bodyType().ifPresent(type -> {
            ObjectNode body = parameters.addObject().put("name", "body").put("in", "body");
            body.put("required", !operation.method().equals("delete"));
            body.putObject("schema").put("$ref", form.reference(type));
        });
        operation.query().forEach(query -> parameters.add(parameter(query, "query")));
        ObjectNode responses = json.putObject("responses");
        for (String code : codes(operation)) {
            ObjectNode response = responses.putObject(code).put("description", described(code));
            if (!code.equals("401")) {
                ObjectNode schema = response.putObject("schema");
                operation
                        .answerType()
                        .ifPresentOrElse(
                                name -> schema.put("$ref", form.reference(name)), () -> schema.put("type", "string"));
            }
        }
        tail(operation, json);
        return json;
    }
}
