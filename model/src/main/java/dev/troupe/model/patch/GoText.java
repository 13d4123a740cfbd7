package dev.troupe.model.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** Prints trees as Go prints them, {@code map[spec:map[replicas:2]]}: Kubernetes' patch errors quote them so. */
final class GoText {
    private GoText() {}

    static String of(JsonNode node) {
        StringBuilder text = new StringBuilder();
        print(node, text);
        return text.toString();
    }

    private static void print(JsonNode node, StringBuilder text) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, JsonNode> sorted = new TreeMap<>();
                node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
                text.append("map[");
                String separator = "";
                for (Map.Entry<String, JsonNode> field : sorted.entrySet()) {
                    text.append(separator).append(field.getKey()).append(':');
                    print(field.getValue(), text);
                    separator = " ";
                }
                text.append(']');
            }
            case ARRAY -> {
                text.append('[');
                String separator = "";
                for (JsonNode element : node) {
                    text.append(separator);
                    print(element, text);
                    separator = " ";
                }
                text.append(']');
            }
            case NULL, MISSING -> text.append("<nil>");
            default -> text.append(node.asText());
        }
    }
}
