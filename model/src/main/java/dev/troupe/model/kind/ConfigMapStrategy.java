package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.status.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** ConfigMaps: text and binary values of at most 1 MiB in all. */
final class ConfigMapStrategy extends CoreStrategy {
    /** Most bytes of all values, of a ConfigMap and of a Secret. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final String DEFINITION = "io.k8s.api.core.v1.ConfigMap";

    ConfigMapStrategy() {
        super(
                BuiltInTypes.CONFIG_MAPS,
                new KindTable(
                        () -> List.of(
                                Columns.name(),
                                Columns.text("Data", Columns.description(DEFINITION, "data")),
                                Columns.age()),
                        (object, now) -> List.of(
                                nameOf(object),
                                object.path("data").size()
                                        + object.path("binaryData").size(),
                                Ages.of(object, now))));
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        List<FieldError> errors = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : object.path("data").properties()) {
            size += entry.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
            key("data", entry.getKey(), object.path("binaryData").has(entry.getKey()), "binaryData", errors);
        }
        for (Map.Entry<String, JsonNode> entry : object.path("binaryData").properties()) {
            size += SecretStrategy.decodedSize(entry.getValue().asText());
            key("binaryData", entry.getKey(), object.path("data").has(entry.getKey()), "data", errors);
        }
        if (size > MAX_BYTES) {
            errors.add(FieldError.tooLong("[]", "may not be more than " + MAX_BYTES + " bytes"));
        }
        return errors;
    }

    private static void key(String bag, String key, boolean inOther, String other, List<FieldError> errors) {
        String field = bag + "[" + key + "]";
        FieldRules.configKey(key).forEach(fault -> errors.add(FieldError.invalid(field, key, fault)));
        if (inOther) {
            errors.add(FieldError.invalid(field, key, "duplicate of key present in " + other));
        }
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>(immutable(object, old, List.of("data", "binaryData")));
        errors.addAll(validateCreate(object));
        return errors;
    }

    /** What may not change once {@code immutable} is true. */
    static List<FieldError> immutable(JsonNode object, JsonNode old, List<String> bags) {
        List<FieldError> errors = new ArrayList<>();
        if (!Json.bool(old, "immutable")) {
            return errors;
        }
        String detail = "field is immutable when `immutable` is set";
        if (!Json.bool(object, "immutable")) {
            errors.add(FieldError.forbidden("immutable", detail));
        }
        for (String bag : bags) {
            if (!object.path(bag).equals(old.path(bag))) {
                errors.add(FieldError.forbidden(bag, detail));
            }
        }
        return errors;
    }
}
