package dev.troupe.model.resource;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for metadata that hold for every kind, with Kubernetes' messages. */
public final class ObjectMetaValidation {
    private static final int MAX_ANNOTATION_BYTES = 256 * 1024;
    private static final Pattern NAME_PART = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");

    /** Finalizers without a domain that Kubernetes itself uses. */
    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion");

    private ObjectMetaValidation() {}

    /** Faults of a new object's metadata. */
    public static List<FieldError> create(ResourceStrategy strategy, JsonNode object) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode metadata = object.path("metadata");
        String generateName = Json.text(metadata, "generateName");
        if (!generateName.isEmpty()) {
            strategy.validateName(generateName, true)
                    .forEach(fault -> errors.add(FieldError.invalid("metadata.generateName", generateName, fault)));
        }
        String name = Json.text(metadata, "name");
        if (name.isEmpty()) {
            errors.add(FieldError.required("metadata.name", "name or generateName is required"));
        } else {
            strategy.validateName(name, false)
                    .forEach(fault -> errors.add(FieldError.invalid("metadata.name", name, fault)));
        }
        if (strategy.type().namespaced()) {
            String namespace = Json.text(metadata, "namespace");
            if (namespace.isEmpty()) {
                errors.add(FieldError.required("metadata.namespace", ""));
            } else {
                ObjectNames.dns1123Label(namespace, false)
                        .forEach(fault -> errors.add(FieldError.invalid("metadata.namespace", namespace, fault)));
            }
        }
        common(metadata, errors);
        return errors;
    }

    /** Faults of a changed object's metadata. */
    public static List<FieldError> update(ResourceStrategy strategy, JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode metadata = object.path("metadata");
        for (String field : List.of("name", "namespace", "uid", "creationTimestamp")) {
            JsonNode before = old.path("metadata").get(field);
            JsonNode after = metadata.get(field);
            if (before != null && after != null && !before.equals(after)) {
                errors.add(FieldError.invalid("metadata." + field, after, "field is immutable"));
            }
        }
        if (old.path("metadata").has("deletionTimestamp")) {
            List<String> added = new ArrayList<>();
            Set<String> before = new java.util.HashSet<>();
            old.path("metadata").path("finalizers").forEach(finalizer -> before.add(finalizer.asText()));
            metadata.path("finalizers").forEach(finalizer -> {
                if (!before.contains(finalizer.asText())) {
                    added.add(finalizer.asText());
                }
            });
            if (!added.isEmpty()) {
                errors.add(FieldError.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                                + String.join(
                                        ", ",
                                        added.stream().map(a -> "\"" + a + "\"").toList()) + "}"));
            }
        }
        common(metadata, errors);
        return errors;
    }

    private static void common(JsonNode metadata, List<FieldError> errors) {
        errors.addAll(labels(metadata.path("labels"), "metadata.labels"));
        errors.addAll(annotations(metadata.path("annotations"), "metadata.annotations"));
        ownerReferences(metadata.path("ownerReferences"), errors);
        int index = 0;
        for (JsonNode finalizer : metadata.path("finalizers")) {
            String text = finalizer.asText();
            String field = "metadata.finalizers[" + index++ + "]";
            qualifiedName(text).forEach(fault -> errors.add(FieldError.invalid(field, text, fault)));
            if (!text.contains("/") && !STANDARD_FINALIZERS.contains(text)) {
                errors.add(FieldError.invalid(
                        field, text, "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
    }

    /** Faults of a map of labels. */
    public static List<FieldError> labels(JsonNode labels, String field) {
        List<FieldError> errors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            qualifiedName(label.getKey())
                    .forEach(fault -> errors.add(FieldError.invalid(field, label.getKey(), fault)));
            String value = label.getValue().asText();
            labelValue(value).forEach(fault -> errors.add(FieldError.invalid(field, value, fault)));
        }
        return errors;
    }

    /** Messages for a bad label value. */
    public static List<String> labelValue(String value) {
        List<String> faults = new ArrayList<>();
        if (value.length() > 63) {
            faults.add("must be no more than 63 characters");
        }
        if (!LABEL_VALUE.matcher(value).matches()) {
            faults.add("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
                    + " and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
                    + " '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
        }
        return faults;
    }

    /** Messages for a bad key of a label, annotation or finalizer: an optional DNS prefix and a name. */
    public static List<String> qualifiedName(String key) {
        List<String> faults = new ArrayList<>();
        String[] parts = key.split("/", -1);
        String name = parts[parts.length - 1];
        if (parts.length > 2) {
            faults.add("a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and"
                    + " end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                    + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix"
                    + " and '/' (e.g. 'example.com/MyName')");
            return faults;
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                faults.add("prefix part must be non-empty");
            } else {
                ObjectNames.dns1123Subdomain(parts[0], false).forEach(fault -> faults.add("prefix part " + fault));
            }
        }
        if (name.isEmpty()) {
            faults.add("name part must be non-empty");
        } else if (name.length() > 63) {
            faults.add("name part must be no more than 63 characters");
        }
        if (!NAME_PART.matcher(name).matches()) {
            faults.add("name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
                    + " an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                    + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
        }
        return faults;
    }

    /** Faults of a map of annotations. */
    public static List<FieldError> annotations(JsonNode annotations, String field) {
        List<FieldError> errors = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            String key = annotation.getKey();
            qualifiedName(key.toLowerCase(java.util.Locale.ROOT))
                    .forEach(fault -> errors.add(FieldError.invalid(field, key, fault)));
            size += key.length() + annotation.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > MAX_ANNOTATION_BYTES) {
            errors.add(FieldError.tooLong(field, "may not be more than " + MAX_ANNOTATION_BYTES + " bytes"));
        }
        return errors;
    }

    private static void ownerReferences(JsonNode owners, List<FieldError> errors) {
        String field = "metadata.ownerReferences";
        String controller = "";
        for (JsonNode owner : owners) {
            for (String required : List.of("apiVersion", "kind", "name", "uid")) {
                String value = Json.text(owner, required);
                if (value.isEmpty()) {
                    String what = required.equals("apiVersion") ? "version" : required;
                    errors.add(FieldError.invalid(field + "." + required, value, what + " must not be empty"));
                }
            }
            if (Json.text(owner, "apiVersion").equals("v1")
                    && Json.text(owner, "kind").equals("Event")) {
                errors.add(FieldError.invalid(field, owner, "/v1, Kind=Event is disallowed from being an owner"));
            }
            if (Json.bool(owner, "controller")) {
                String name = Json.text(owner, "kind") + "/" + Json.text(owner, "name");
                if (!controller.isEmpty()) {
                    errors.add(FieldError.invalid(
                            field,
                            owners,
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + name));
                } else {
                    controller = name;
                }
            }
        }
    }
}
