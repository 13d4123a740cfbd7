package dev.troupe.model.kind.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values as Go's {@code %#v} prints them, which is how Kubernetes shows structures in its messages. */
public final class GoSyntax {
    private GoSyntax() {}

    public static String quoted(String text) {
        return Json.mapper().getNodeFactory().textNode(text).toString();
    }

    /** {@code map[string]string{"a":"b"}}. */
    public static String stringMap(JsonNode map) {
        if (!map.isObject() || map.isEmpty()) {
            return "map[string]string(nil)";
        }
        Map<String, String> sorted = new TreeMap<>();
        map.properties()
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText()));
        List<String> parts = new ArrayList<>();
        sorted.forEach((key, value) -> parts.add(quoted(key) + ":" + quoted(value)));
        return "map[string]string{" + String.join(", ", parts) + "}";
    }

    /** {@code []string{"b"}}. */
    public static String stringList(JsonNode list) {
        if (!list.isArray() || list.isEmpty()) {
            return "[]string(nil)";
        }
        List<String> parts = new ArrayList<>();
        list.forEach(element -> parts.add(quoted(element.asText())));
        return "[]string{" + String.join(", ", parts) + "}";
    }

    /**
     * A list of a named string type.
     *
     * @param type for example {@code []core.ResourceQuotaScope}
     */
    public static String stringList(String type, JsonNode list) {
        return type + stringList(list).substring("[]string".length());
    }

    /** {@code []byte{0x61}}. */
    public static String bytes(byte[] bytes) {
        StringBuilder text = new StringBuilder("[]byte{");
        for (int i = 0; i < bytes.length; i++) {
            text.append(i == 0 ? "" : ", ").append("0x").append(Integer.toHexString(bytes[i] & 0xff));
        }
        return text.append('}').toString();
    }

    /** {@code v1.LabelSelector{...}}. */
    public static String labelSelector(JsonNode selector) {
        List<String> requirements = new ArrayList<>();
        selector.path("matchExpressions")
                .forEach(requirement -> requirements.add("v1.LabelSelectorRequirement{Key:"
                        + quoted(Json.text(requirement, "key"))
                        + ", Operator:" + quoted(Json.text(requirement, "operator"))
                        + ", Values:" + stringList(requirement.path("values")) + "}"));
        return "v1.LabelSelector{MatchLabels:" + stringMap(selector.path("matchLabels"))
                + ", MatchExpressions:[]v1.LabelSelectorRequirement"
                + (requirements.isEmpty() ? "(nil)" : "{" + String.join(", ", requirements) + "}") + "}";
    }

    /** {@code intstr.IntOrString{Type:0, IntVal:0, StrVal:""}}. */
    public static String intOrString(JsonNode value) {
        return value.isTextual()
                ? "intstr.IntOrString{Type:1, IntVal:0, StrVal:" + quoted(value.textValue()) + "}"
                : "intstr.IntOrString{Type:0, IntVal:" + value.asInt(0) + ", StrVal:\"\"}";
    }
}
