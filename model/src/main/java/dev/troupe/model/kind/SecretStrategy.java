package dev.troupe.model.kind;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.status.FieldError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Secrets. Values never appear in messages. */
final class SecretStrategy extends CoreStrategy {
    private static final String DEFINITION = "io.k8s.api.core.v1.Secret";
    private static final String SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name";
    private static final String REDACTED = "<secret contents redacted>";

    SecretStrategy() {
        super(
                BuiltInTypes.SECRETS,
                new KindTable(
                        () -> List.of(
                                Columns.name(),
                                Columns.text("Type", Columns.description(DEFINITION, "type")),
                                Columns.text("Data", Columns.description(DEFINITION, "data")),
                                Columns.age()),
                        (object, now) -> List.of(
                                nameOf(object),
                                Json.text(object, "type"),
                                object.path("data").size(),
                                Ages.of(object, now))));
    }

    /** Bytes that a base64 text decodes to. */
    static long decodedSize(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3L - padding;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        JsonNode stringData = object.remove("stringData");
        if (stringData != null && !stringData.isEmpty()) {
            ObjectNode data = Json.objectAt(object, "data");
            stringData
                    .properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(entry.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
        if (Json.text(object, "type").isEmpty()) {
            object.put("type", "Opaque");
        }
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        List<FieldError> errors = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : object.path("data").properties()) {
            String key = entry.getKey();
            FieldRules.configKey(key).forEach(fault -> errors.add(FieldError.invalid("data[" + key + "]", key, fault)));
            size += decodedSize(entry.getValue().asText());
        }
        if (size > ConfigMapStrategy.MAX_BYTES) {
            errors.add(FieldError.tooLong("data", "may not be more than " + ConfigMapStrategy.MAX_BYTES + " bytes"));
        }
        errors.addAll(typeRules(object));
        return errors;
    }

    private static List<FieldError> typeRules(JsonNode object) {
        JsonNode data = object.path("data");
        return switch (Json.text(object, "type")) {
            case "kubernetes.io/service-account-token" ->
                Json.text(object, "metadata", "annotations", SERVICE_ACCOUNT_NAME)
                                .isEmpty()
                        ? List.of(FieldError.required("metadata.annotations[" + SERVICE_ACCOUNT_NAME + "]", ""))
                        : List.of();
            case "kubernetes.io/dockercfg" -> json(data, ".dockercfg");
            case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson");
            case "kubernetes.io/basic-auth" ->
                data.has("username") || data.has("password") ? List.of() : missing(data, "username", "password");
            case "kubernetes.io/ssh-auth" ->
                Json.text(data, "ssh-privatekey").isEmpty()
                        ? List.of(FieldError.required("data[ssh-privatekey]", ""))
                        : List.of();
            case "kubernetes.io/tls" -> missing(data, "tls.crt", "tls.key");
            default -> List.of();
        };
    }

    private static List<FieldError> missing(JsonNode data, String... keys) {
        List<FieldError> errors = new ArrayList<>();
        for (String key : keys) {
            if (!data.has(key)) {
                errors.add(FieldError.required("data[" + key + "]", ""));
            }
        }
        return errors;
    }

    private static List<FieldError> json(JsonNode data, String key) {
        if (!data.has(key)) {
            return missing(data, key);
        }
        String field = "data[" + key + "]";
        byte[] bytes = Base64.getDecoder().decode(data.get(key).asText().replaceAll("[\r\n]", ""));
        if (bytes.length == 0) {
            return List.of(FieldError.invalid(field, REDACTED, "unexpected end of JSON input"));
        }
        try {
            return Json.mapper().readTree(bytes).isObject()
                    ? List.of()
                    : List.of(FieldError.invalid(field, REDACTED, "json: cannot unmarshal value into an object"));
        } catch (JsonProcessingException e) {
            // The parser's own message may quote the secret.
            return List.of(FieldError.invalid(field, REDACTED, "invalid character in JSON"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>(FieldRules.immutable(object.path("type"), old.path("type"), "type"));
        errors.addAll(ConfigMapStrategy.immutable(object, old, List.of("data")));
        errors.addAll(validateCreate(object));
        return errors;
    }

    @Override
    public boolean isSecret() {
        return true;
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("type");
    }

    @Override
    public Map<String, String> fields(JsonNode object) {
        return Map.of("type", Json.text(object, "type"));
    }
}
