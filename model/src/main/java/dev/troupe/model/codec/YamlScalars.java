package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a scalar's text means. The rules are those of the Go library's version 2, not of any YAML specification:
 * {@code yes}, {@code on} and {@code y} are booleans, {@code 0644} is octal, {@code 1:30} is text, dates are text.
 */
final class YamlScalars {
    static final String PREFIX = "tag:yaml.org,2002:";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Map<String, String> NOT_IN_JSON = Map.ofEntries(
            Map.entry(".nan", "NaN"),
            Map.entry(".NaN", "NaN"),
            Map.entry(".NAN", "NaN"),
            Map.entry(".inf", "+Inf"),
            Map.entry(".Inf", "+Inf"),
            Map.entry(".INF", "+Inf"),
            Map.entry("+.inf", "+Inf"),
            Map.entry("+.Inf", "+Inf"),
            Map.entry("+.INF", "+Inf"),
            Map.entry("-.inf", "-Inf"),
            Map.entry("-.Inf", "-Inf"),
            Map.entry("-.INF", "-Inf"));
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern TIMESTAMP = Pattern.compile(
            "\\d{4}-\\d{1,2}-\\d{1,2}" + "([Tt ]\\d{1,2}:\\d{1,2}:\\d{1,2}(\\.\\d*)?(Z|[-+]\\d{2}:\\d{2})?)?");

    /** Longer numbers are read as text: no type of the API holds them, and reading them takes quadratic time. */
    private static final int MAX_DIGITS = 400;

    /** From here on Go prints a float with an exponent, below it as an integer. */
    private static final double EXPONENT_FROM = 1e21;

    private YamlScalars() {}

    /**
     * Resolves a plain or tagged scalar.
     *
     * @param tag long form, empty if none
     */
    static JsonNode resolve(String tag, String text) throws YamlFault {
        return switch (shortTag(tag)) {
            case "", "!!timestamp" -> {
                JsonNode found = untagged(text);
                if (!tag.isEmpty() && !TIMESTAMP.matcher(text).matches()) {
                    throw mismatch(found, text, tag);
                }
                yield found;
            }
            case "!!str" -> NODES.textNode(text);
            case "!!binary" -> binary(text);
            case "!!bool", "!!int", "!!float", "!!null" -> tagged(tag, text);
            default -> NODES.textNode(text);
        };
    }

    private static JsonNode tagged(String tag, String text) throws YamlFault {
        JsonNode found = untagged(text);
        boolean fits = switch (shortTag(tag)) {
            case "!!bool" -> found.isBoolean();
            case "!!null" -> found.isNull();
            case "!!float" -> found.isNumber();
            default -> found.isNumber() && integer(text.replace("_", "")).isPresent();
        };
        if (!fits) {
            throw mismatch(found, text, tag);
        }
        return found;
    }

    private static YamlFault mismatch(JsonNode found, String text, String tag) {
        String is = found.isBoolean() ? "!!bool" : found.isNull() ? "!!null" : found.isNumber() ? "!!float" : "!!str";
        if (found.isNumber() && integer(text.replace("_", "")).isPresent()) {
            is = "!!int";
        }
        return YamlFault.of("cannot decode " + is + " `" + text + "` as a " + shortTag(tag));
    }

    private static String shortTag(String tag) {
        return tag.startsWith(PREFIX) ? "!!" + tag.substring(PREFIX.length()) : tag;
    }

    private static JsonNode binary(String text) throws YamlFault {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
            return NODES.textNode(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw YamlFault.of("!!binary value contains invalid base64 data");
        }
    }

    private static JsonNode untagged(String text) throws YamlFault {
        if (NULL.contains(text)) {
            return NODES.nullNode();
        }
        if (TRUE.contains(text)) {
            return NODES.booleanNode(true);
        }
        if (FALSE.contains(text)) {
            return NODES.booleanNode(false);
        }
        String unlike = NOT_IN_JSON.get(text);
        if (unlike != null) {
            throw new YamlFault("json: unsupported value: " + unlike);
        }
        char first = text.charAt(0);
        boolean numeric = (first >= '0' && first <= '9') || first == '+' || first == '-' || first == '.';
        if (!numeric || text.length() > MAX_DIGITS) {
            return NODES.textNode(text);
        }
        String plain = first == '.' ? text : text.replace("_", "");
        Optional<JsonNode> whole = integer(plain);
        if (whole.isPresent()) {
            return whole.get();
        }
        return FLOAT.matcher(plain).matches() ? floating(plain, text) : NODES.textNode(text);
    }

    /** Go's ParseInt with base 0, then ParseUint. */
    private static Optional<JsonNode> integer(String text) {
        int sign = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        String digits = text.substring(sign);
        int radix = 10;
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            radix = 16;
        } else if (digits.startsWith("0b") || digits.startsWith("0B")) {
            radix = 2;
        } else if (digits.startsWith("0o") || digits.startsWith("0O")) {
            radix = 8;
        }
        if (radix != 10) {
            digits = digits.substring(2);
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
            digits = digits.substring(1);
        }
        if (digits.isEmpty() || !allDigits(digits, radix)) {
            return Optional.empty();
        }
        BigInteger value = new BigInteger(digits, radix);
        if (text.startsWith("-")) {
            value = value.negate();
        }
        int most = sign == 0 ? 64 : 63;
        if (value.bitLength() > most) {
            return Optional.empty();
        }
        if (value.bitLength() < 32) {
            return Optional.of(NODES.numberNode(value.intValue()));
        }
        return Optional.of(value.bitLength() < 64 ? NODES.numberNode(value.longValue()) : NODES.numberNode(value));
    }

    private static boolean allDigits(String digits, int radix) {
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c >= 128 || Character.digit(c, radix) < 0) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode floating(String number, String text) {
        double value = Double.parseDouble(number);
        if (Double.isInfinite(value)) {
            return NODES.textNode(text);
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (value == Math.rint(value) && Math.abs(value) < EXPONENT_FROM) {
            BigInteger whole = exact.toBigInteger();
            return whole.bitLength() < 32
                    ? NODES.numberNode(whole.intValue())
                    : whole.bitLength() < 64 ? NODES.numberNode(whole.longValue()) : NODES.numberNode(whole);
        }
        return NODES.numberNode(exact);
    }
}
