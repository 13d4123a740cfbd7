package dev.troupe.model.kind.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rules for single values. Each gives the faults found, none if the value is right. */
public final class FieldRules {
    public static final String IMMUTABLE = "field is immutable";

    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");

    private FieldRules() {}

    public static List<FieldError> nonNegative(long value, String field) {
        return value < 0 ? List.of(FieldError.invalid(field, value, "must be greater than or equal to 0")) : List.of();
    }

    public static List<FieldError> port(long value, String field) {
        return value < 1 || value > 65535
                ? List.of(FieldError.invalid(field, value, "must be between 1 and 65535, inclusive"))
                : List.of();
    }

    /** A port by number or by name, as targetPort is. */
    public static List<FieldError> portOrName(JsonNode value, String field) {
        if (value.isNumber()) {
            return port(value.longValue(), field);
        }
        return portName(value.asText()).stream()
                .map(fault -> FieldError.invalid(field, value, fault))
                .toList();
    }

    /** Messages for a bad name of a container's port. */
    public static List<String> portName(String name) {
        List<String> faults = new ArrayList<>();
        if (name.length() > 15) {
            faults.add("must be no more than 15 characters");
        }
        if (!PORT_NAME.matcher(name).matches()) {
            faults.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            faults.add("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            faults.add("must not contain consecutive hyphens");
        }
        if (!name.isEmpty() && (name.startsWith("-") || name.endsWith("-"))) {
            faults.add("must not begin or end with a hyphen");
        }
        return faults;
    }

    /** A value out of a fixed set. Absent is a fault of its own. */
    public static List<FieldError> oneOf(String value, String field, List<String> supported) {
        if (value.isEmpty()) {
            return List.of(FieldError.required(field, ""));
        }
        return supported.contains(value) ? List.of() : List.of(FieldError.notSupported(field, value, supported));
    }

    /** Faults of a name that must be a DNS-1123 label. */
    public static List<FieldError> dns1123Label(String value, String field) {
        return ObjectNames.dns1123Label(value, false).stream()
                .map(fault -> FieldError.invalid(field, value, fault))
                .toList();
    }

    public static List<FieldError> dns1123Subdomain(String value, String field) {
        return ObjectNames.dns1123Subdomain(value, false).stream()
                .map(fault -> FieldError.invalid(field, value, fault))
                .toList();
    }

    /** Messages for a bad key of a ConfigMap or Secret. */
    public static List<String> configKey(String key) {
        List<String> faults = new ArrayList<>();
        if (key.length() > 253) {
            faults.add("must be no more than 253 characters");
        }
        if (!CONFIG_KEY.matcher(key).matches()) {
            faults.add("a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',"
                    + "  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
        }
        if (key.equals(".")) {
            faults.add("must not be '.'");
        } else if (key.equals("..")) {
            faults.add("must not be '..'");
        } else if (key.startsWith("..")) {
            faults.add("must not start with '..'");
        }
        return faults;
    }

    public static List<FieldError> ip(String value, String field) {
        return IpAddresses.parse(value).isPresent()
                ? List.of()
                : List.of(FieldError.invalid(
                        field, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
    }

    /** An address that may be reached by others: not unspecified, loopback, or link-local. */
    public static List<FieldError> nonSpecialIp(String value, String field) {
        Optional<InetAddress> parsed = IpAddresses.parse(value);
        if (parsed.isEmpty()) {
            return List.of(FieldError.invalid(field, value, "must be a valid IP address"));
        }
        List<FieldError> errors = new ArrayList<>();
        InetAddress address = parsed.get();
        if (address.isAnyLocalAddress()) {
            errors.add(FieldError.invalid(field, value, "may not be unspecified (0.0.0.0 or ::)"));
        }
        if (address.isLoopbackAddress()) {
            errors.add(FieldError.invalid(field, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)"));
        }
        if (address.isLinkLocalAddress()) {
            errors.add(
                    FieldError.invalid(field, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"));
        }
        if (isLinkLocalMulticast(address)) {
            errors.add(FieldError.invalid(
                    field, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"));
        }
        return errors;
    }

    private static boolean isLinkLocalMulticast(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? bytes[0] == (byte) 224 && bytes[1] == 0 && bytes[2] == 0 : address.isMCLinkLocal();
    }

    /** A value that may not change; absent equals absent. */
    public static List<FieldError> immutable(JsonNode value, JsonNode old, String field) {
        JsonNode after = value.isNull() ? Json.object().path("absent") : value;
        JsonNode before = old.isNull() ? Json.object().path("absent") : old;
        return after.equals(before) ? List.of() : List.of(FieldError.invalid(field, shown(after), IMMUTABLE));
    }

    private static JsonNode shown(JsonNode value) {
        return value.isMissingNode() ? Json.mapper().getNodeFactory().nullNode() : value;
    }

    /** A quantity that is not negative. */
    public static List<FieldError> nonNegativeQuantity(JsonNode value, String field) {
        return Quantity.of(value.asText()).signum() < 0
                ? List.of(FieldError.invalid(field, value, "must be greater than or equal to 0"))
                : List.of();
    }

    /** A metav1.LabelSelector such as {@code spec.selector}. */
    public static List<FieldError> labelSelector(JsonNode selector, String field) {
        List<FieldError> errors =
                new ArrayList<>(ObjectMetaValidation.labels(selector.path("matchLabels"), field + ".matchLabels"));
        int index = 0;
        for (JsonNode expression : selector.path("matchExpressions")) {
            selectorRequirement(expression, field + ".matchExpressions[" + index++ + "]", errors);
        }
        return errors;
    }

    private static void selectorRequirement(JsonNode expression, String field, List<FieldError> errors) {
        boolean hasValues = !expression.path("values").isEmpty();
        String operator = Json.text(expression, "operator");
        switch (operator) {
            case "In", "NotIn" -> {
                if (!hasValues) {
                    errors.add(FieldError.required(
                            field + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (hasValues) {
                    errors.add(FieldError.forbidden(
                            field + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                }
            }
            default -> errors.add(FieldError.invalid(field + ".operator", operator, "not a valid selector operator"));
        }
        String key = Json.text(expression, "key");
        ObjectMetaValidation.qualifiedName(key)
                .forEach(fault -> errors.add(FieldError.invalid(field + ".key", key, fault)));
        int index = 0;
        for (JsonNode value : expression.path("values")) {
            String at = field + ".values[" + index++ + "]";
            ObjectMetaValidation.labelValue(value.asText())
                    .forEach(fault -> errors.add(FieldError.invalid(at, value, fault)));
        }
    }
}
