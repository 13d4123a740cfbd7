package dev.troupe.model.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.List;

/**
 * One fault of one field, as Kubernetes reports it.
 *
 * @param reason for example {@code FieldValueInvalid}
 * @param field path such as {@code spec.containers[0].name}
 * @param message without the field, for example {@code Required value: name or generateName is required}
 */
public record FieldError(String reason, String field, String message) {

    public static FieldError required(String field, String detail) {
        return new FieldError("FieldValueRequired", field, withDetail("Required value", detail));
    }

    public static FieldError invalid(String field, JsonNode value, String detail) {
        return new FieldError("FieldValueInvalid", field, withDetail("Invalid value: " + shown(value), detail));
    }

    public static FieldError invalid(String field, String value, String detail) {
        return invalid(field, Json.mapper().getNodeFactory().textNode(value), detail);
    }

    public static FieldError invalid(String field, long value, String detail) {
        return invalid(field, Json.mapper().getNodeFactory().numberNode(value), detail);
    }

    /** A fault whose value Kubernetes prints as Go source, such as {@code map[string]string{"a":"b"}}. */
    public static FieldError invalidGo(String field, String goValue, String detail) {
        return new FieldError("FieldValueInvalid", field, withDetail("Invalid value: " + goValue, detail));
    }

    public static FieldError duplicate(String field, String value) {
        return new FieldError("FieldValueDuplicate", field, "Duplicate value: " + quoted(value));
    }

    /** As {@link #duplicate}, with a value that Kubernetes prints as Go source; the detail may be empty. */
    public static FieldError duplicateGo(String field, String goValue, String detail) {
        return new FieldError("FieldValueDuplicate", field, withDetail("Duplicate value: " + goValue, detail));
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError("FieldValueForbidden", field, withDetail("Forbidden", detail));
    }

    public static FieldError notFound(String field, String value) {
        return new FieldError("FieldValueNotFound", field, "Not found: " + quoted(value));
    }

    public static FieldError tooLong(String field, String detail) {
        return new FieldError("FieldValueTooLong", field, withDetail("Too long", detail));
    }

    public static FieldError tooMany(String field, int actual, int most) {
        return new FieldError(
                "FieldValueTooMany", field, "Too many: " + actual + ": must have at most " + most + " items");
    }

    public static FieldError notSupported(String field, String value, List<String> supported) {
        return notSupportedGo(field, quoted(value), supported);
    }

    /** As {@link #notSupported}, with a value that Kubernetes prints as Go source. */
    public static FieldError notSupportedGo(String field, String goValue, List<String> supported) {
        String list = supported.stream()
                .map(FieldError::quoted)
                .reduce((left, right) -> left + ", " + right)
                .orElse("");
        return new FieldError(
                "FieldValueNotSupported",
                field,
                "Unsupported value: " + goValue + (list.isEmpty() ? "" : ": supported values: " + list));
    }

    private static String withDetail(String head, String detail) {
        return detail.isEmpty() ? head : head + ": " + detail;
    }

    private static String shown(JsonNode value) {
        return value.isTextual() ? quoted(value.asText()) : value.toString();
    }

    private static String quoted(String text) {
        return Json.mapper().getNodeFactory().textNode(text).toString();
    }

    /** {@code field: message}, as it stands in a Status' message. */
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
