package dev.troupe.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.openapi.ApiOperation.Gvk;
import dev.troupe.model.json.Json;
import dev.troupe.model.schema.Schemas;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the generated schemas as one of the two OpenAPI versions has them, with all that they refer to. */
final class OpenApiSchemas {
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private static final String RAW_EXTENSION = "io.k8s.apimachinery.pkg.runtime.RawExtension";

    /** The two ways of writing. */
    enum Form {
        V2("#/definitions/"),
        V3("#/components/schemas/");

        private final String prefix;

        Form(String prefix) {
            this.prefix = prefix;
        }

        String reference(String definition) {
            return prefix + definition;
        }
    }

    private final Form form;
    private final Map<String, List<Gvk>> kinds;
    private final Map<String, ObjectNode> written = new TreeMap<>();
    private final Deque<String> pending = new ArrayDeque<>();

    private OpenApiSchemas(Form form, Map<String, List<Gvk>> kinds) {
        this.form = form;
        this.kinds = kinds;
    }

    /**
     * Writes definitions and their closure, by name.
     *
     * @param kinds the group, version and kind of definitions that are kinds
     */
    static ObjectNode write(Form form, Collection<String> roots, Map<String, List<Gvk>> kinds) {
        OpenApiSchemas schemas = new OpenApiSchemas(form, kinds);
        schemas.pending.addAll(roots);
        while (!schemas.pending.isEmpty()) {
            String name = schemas.pending.remove();
            if (!schemas.written.containsKey(name)) {
                schemas.written.put(name, schemas.definition(name));
            }
        }
        ObjectNode all = Json.object();
        schemas.written.forEach(all::set);
        return all;
    }

    private ObjectNode definition(String name) {
        JsonNode known = Schemas.builtIn().definitions().path(name);
        ObjectNode schema = Json.object();
        copy(known, schema, "description");
        switch (name) {
            case QUANTITY -> either(schema, "string", "number");
            case INT_OR_STRING -> either(schema.put("format", "int-or-string"), "integer", "string");
            case ApiOperations.META + "Time", ApiOperations.META + "MicroTime" ->
                schema.put("format", "date-time").put("type", "string");
            default -> object(known, schema);
        }
        List<Gvk> its = kinds.getOrDefault(name, List.of());
        if (!its.isEmpty()) {
            ArrayNode array = schema.putArray("x-kubernetes-group-version-kind");
            its.forEach(gvk -> array.add(gvk(gvk)));
        }
        return schema;
    }

    static ObjectNode gvk(Gvk gvk) {
        return Json.object().put("group", gvk.group()).put("kind", gvk.kind()).put("version", gvk.version());
    }

    /** Version 2 has no alternatives, so a number or text is text there. */
    private void either(ObjectNode schema, String first, String second) {
        if (form == Form.V2) {
            schema.put("type", "string");
            return;
        }
        ArrayNode alternatives = schema.putArray("oneOf");
        alternatives.addObject().put("type", first);
        alternatives.addObject().put("type", second);
    }

    private void object(JsonNode known, ObjectNode schema) {
        schema.put("type", "object");
        JsonNode required = known.path("required");
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        JsonNode properties = known.path("properties");
        // FieldsV1 and RawExtension have one field in protobuf and any in JSON.
        if (!properties.isEmpty() && !isRaw(known)) {
            ObjectNode written = schema.putObject("properties");
            Map<String, JsonNode> sorted = new TreeMap<>();
            properties.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            sorted.forEach((name, property) -> written.set(name, property(property)));
        }
    }

    private static boolean isRaw(JsonNode known) {
        JsonNode properties = known.path("properties");
        return properties.size() == 1 && (properties.has("Raw") || properties.has("raw"));
    }

    private ObjectNode property(JsonNode known) {
        ObjectNode schema = place(known);
        known.properties().forEach(field -> {
            if (field.getKey().startsWith("x-kubernetes-")) {
                schema.set(field.getKey(), field.getValue());
            }
        });
        return schema;
    }

    private ObjectNode place(JsonNode known) {
        String reference = reference(known);
        ObjectNode schema = Json.object();
        copy(known, schema, "description");
        if (!reference.isEmpty()) {
            pending.add(reference);
            String target = form.reference(reference);
            // In version 3 nothing may stand beside a reference.
            if (form == Form.V3 && schema.has("description")) {
                schema.putArray("allOf").addObject().put("$ref", target);
            } else {
                schema.put("$ref", target);
            }
            return schema;
        }
        copy(known, schema, "type");
        copy(known, schema, "format");
        if (known.has("items")) {
            schema.set("items", place(known.get("items")));
        }
        if (known.has("additionalProperties")) {
            schema.set("additionalProperties", place(known.get("additionalProperties")));
        }
        return schema;
    }

    /** The definition that a place refers to, by name or by one of the generated formats; empty for none. */
    private static String reference(JsonNode known) {
        if (known.has("$ref")) {
            return known.get("$ref").asText();
        }
        return switch (Json.text(known, "format")) {
            case "quantity" -> QUANTITY;
            case "date-time" -> ApiOperations.META + "Time";
            case "micro-time" -> ApiOperations.META + "MicroTime";
            case "int-or-string" -> INT_OR_STRING;
            case "raw" -> RAW_EXTENSION;
            default -> "";
        };
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        JsonNode value = from.get(field);
        if (value != null) {
            to.set(field, value);
        }
    }
}
