package dev.troupe.schema;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * Writes {@code schemas.json.gz}: one OpenAPI schema a type, with the Kubernetes extensions and with what decoding from
 * protobuf needs, from what the official artifacts say. Fields and required come from the Java models of 1.32, types,
 * field numbers, merge keys and descriptions from the proto files.
 */
public final class SchemaGenerator {
    private static final String PROTO_PACKAGE = "io.kubernetes.client.proto.";

    /** The outer classes whose messages may be reached. */
    private static final List<String> FILES = List.of(
            "Meta",
            "Runtime",
            "RuntimeSchema",
            "IntStr",
            "Resource",
            "V1",
            "V1Apps",
            "V1Autoscaling",
            "V2Autoscaling",
            "V1Policy",
            "V1Discovery",
            "V1Events",
            "V1Node",
            "V1Coordination",
            "V1Certificates",
            "V1Authentication",
            "V1Authorization",
            "V1Networking",
            "V1Batch",
            "V1Rbac",
            "V1Scheduling",
            "V1Storage");

    private final ObjectMapper mapper = new ObjectMapper();
    private final ProtoComments comments = new ProtoComments();
    private final Map<String, String> outerClasses = new LinkedHashMap<>();
    private final Map<String, ObjectNode> definitions = new TreeMap<>();
    private final Deque<Descriptor> pending = new ArrayDeque<>();

    /** Generates into the folder given as the only argument, unless what is there is newer than this class. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        Path folder = Path.of(arguments[0]).resolve("dev/troupe/schema");
        Path output = folder.resolve("schemas.json.gz");
        Path self = folder.resolve("SchemaGenerator.class");
        if (Files.exists(output) && Files.getLastModifiedTime(output).compareTo(Files.getLastModifiedTime(self)) >= 0) {
            return;
        }
        SchemaGenerator generator = new SchemaGenerator();
        generator.generate();
        Files.createDirectories(folder);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(output))) {
            generator.mapper.writeValue(out, generator.definitions);
        }
    }

    private void generate() throws IOException, ReflectiveOperationException {
        for (String file : FILES) {
            Class<?> outer = Class.forName(PROTO_PACKAGE + file, true, SchemaGenerator.class.getClassLoader());
            FileDescriptor descriptor =
                    (FileDescriptor) outer.getMethod("getDescriptor").invoke(null);
            comments.read(PROTO_PACKAGE + file);
            for (Descriptor message : descriptor.getMessageTypes()) {
                outerClasses.put(message.getFullName(), PROTO_PACKAGE + file);
                pending.add(message);
            }
        }
        while (!pending.isEmpty()) {
            define(pending.remove());
        }
    }

    private void define(Descriptor message) {
        String name = definitionName(message);
        Optional<ModelFields> model = ModelFields.of(message.getFullName());
        boolean machinery = message.getFullName().startsWith("k8s.io.apimachinery.");
        if (definitions.containsKey(name) || (model.isEmpty() && !machinery && !isEnvelope(message))) {
            return;
        }
        ObjectNode definition = mapper.createObjectNode();
        definitions.put(name, definition);
        comments.message(message.getFullName())
                .map(comment -> model.map(found -> found.description("", comment.description()))
                        .orElse(comment.description()))
                .filter(description -> !description.isEmpty())
                .ifPresent(description -> definition.put("description", description));
        definition.put("type", "object");
        ObjectNode properties = definition.putObject("properties");
        addTypeMeta(properties, model, message);
        addFields(properties, message, model, "");
        model.filter(found -> !found.required().isEmpty()).ifPresent(found -> {
            ArrayNode required = definition.putArray("required");
            found.required().forEach(required::add);
        });
    }

    /** Messages that only wrap: never models, but decoded from protobuf. */
    private static boolean isEnvelope(Descriptor message) {
        return message.getName().equals("Eviction") || message.getName().equals("Binding");
    }

    private static void addTypeMeta(ObjectNode properties, Optional<ModelFields> model, Descriptor message) {
        boolean root = model.map(
                        found -> found.fields().contains("apiVersion") && message.findFieldByName("apiVersion") == null)
                .orElse(false);
        if (root) {
            properties
                    .putObject("apiVersion")
                    .put(
                            "description",
                            "APIVersion defines the versioned schema of this representation of an object. Servers"
                                    + " should convert recognized schemas to the latest internal value, and may reject"
                                    + " unrecognized values. More info: https://git.k8s.io/community/contributors/devel/"
                                    + "sig-architecture/api-conventions.md#resources")
                    .put("type", "string");
            properties
                    .putObject("kind")
                    .put(
                            "description",
                            "Kind is a string value representing the REST resource this object represents. Servers may"
                                    + " infer this from the endpoint the client submits requests to. Cannot be updated."
                                    + " In CamelCase. More info: https://git.k8s.io/community/contributors/devel/"
                                    + "sig-architecture/api-conventions.md#types-kinds")
                    .put("type", "string");
        }
    }

    private void addFields(ObjectNode properties, Descriptor message, Optional<ModelFields> model, String inline) {
        for (FieldDescriptor field : message.getFields()) {
            Optional<String> json =
                    model.isEmpty() ? Optional.of(field.getName()) : model.get().jsonName(field.getName());
            if (json.isEmpty()) {
                if (isInline(field, model)) {
                    addFields(properties, field.getMessageType(), model, inline + field.getNumber() + "/");
                }
                continue;
            }
            ObjectNode property = property(field);
            Optional<ProtoComments.Comment> comment = comments.field(
                    outerClasses.getOrDefault(message.getFullName(), ""), message.getName(), field.getName());
            comment.ifPresent(found -> annotate(property, found));
            boolean plain = !property.has("$ref")
                    && (!property.has("format") || property.get("type").asText().equals("integer"));
            if (plain && model.isPresent()) {
                String later = property.path("description").asText();
                property.put("description", model.get().description(json.get(), later));
            }
            property.put("x-troupe-field", inline + field.getNumber());
            if (GoZeroes.leftOut(message, json.get())) {
                property.put("x-troupe-zero", "left-out");
            } else if (GoZeroes.keepsEmptyText(message, json.get())) {
                property.put("x-troupe-zero", "kept");
            }
            properties.set(json.get(), property);
        }
    }

    /** A Go struct embedded without a name of its own: its fields stand in the outer JSON object. */
    private static boolean isInline(FieldDescriptor field, Optional<ModelFields> model) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && !field.isRepeated()
                && model.isPresent()
                && field.getMessageType().getFields().stream()
                        .anyMatch(inner -> model.get().jsonName(inner.getName()).isPresent());
    }

    private static void annotate(ObjectNode property, ProtoComments.Comment comment) {
        if (!comment.description().isEmpty()) {
            property.put("description", comment.description());
        }
        comment.marker("patchStrategy").ifPresent(value -> property.put("x-kubernetes-patch-strategy", value));
        comment.marker("patchMergeKey").ifPresent(value -> property.put("x-kubernetes-patch-merge-key", value));
        comment.marker("listType").ifPresent(value -> property.put("x-kubernetes-list-type", value));
        comment.marker("mapType").ifPresent(value -> property.put("x-kubernetes-map-type", value));
        List<String> keys = comment.markers().get("listMapKey");
        if (keys != null) {
            ArrayNode array = property.putArray("x-kubernetes-list-map-keys");
            keys.forEach(array::add);
        }
    }

    private ObjectNode property(FieldDescriptor field) {
        ObjectNode property = mapper.createObjectNode();
        if (field.isMapField()) {
            property.put("type", "object");
            property.set("additionalProperties", single(field.getMessageType().findFieldByName("value")));
            return property;
        }
        if (field.isRepeated()) {
            property.put("type", "array");
            property.set("items", single(field));
            return property;
        }
        return single(field);
    }

    private ObjectNode single(FieldDescriptor field) {
        ObjectNode schema = mapper.createObjectNode();
        switch (field.getJavaType()) {
            case STRING, ENUM -> schema.put("type", "string");
            case BOOLEAN -> schema.put("type", "boolean");
            case INT -> schema.put("type", "integer").put("format", "int32");
            case LONG -> schema.put("type", "integer").put("format", "int64");
            case FLOAT, DOUBLE -> schema.put("type", "number").put("format", "double");
            case BYTE_STRING -> schema.put("type", "string").put("format", "byte");
            case MESSAGE -> message(schema, field.getMessageType());
        }
        return schema;
    }

    private void message(ObjectNode schema, Descriptor message) {
        switch (message.getName()) {
            case "Quantity" -> schema.put("type", "string").put("format", "quantity");
            case "Time" -> schema.put("type", "string").put("format", "date-time");
            case "MicroTime" -> schema.put("type", "string").put("format", "micro-time");
            case "IntOrString" -> schema.put("type", "string").put("format", "int-or-string");
            case "RawExtension", "FieldsV1" -> schema.put("type", "object").put("format", "raw");
            case "ExtraValue", "Verbs" -> {
                schema.put("type", "array").put("x-troupe-wrapped", true);
                schema.putObject("items").put("type", "string");
            }
            default -> {
                schema.put("$ref", definitionName(message));
                pending.add(message);
            }
        }
    }

    /** {@code k8s.io.api.core.v1.Pod} becomes {@code io.k8s.api.core.v1.Pod}. */
    private static String definitionName(Descriptor message) {
        return message.getFullName().replaceFirst("^k8s\\.io\\.", "io.k8s.");
    }
}
