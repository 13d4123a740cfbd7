package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code pod-template-hash} of a template: the same for the same template, whatever the order of its fields. Only
 * its form is Kubernetes', whose value depends on Go's structures.
 */
public final class PodTemplateHash {
    /** Letters that form no words, as Kubernetes draws them. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private int state = FNV_OFFSET;

    private PodTemplateHash() {}

    /** The hash of a template with defaults. */
    public static String of(JsonNode template) {
        return of(template, 0);
    }

    /**
     * The hash of a template whose plain hash another template took.
     *
     * @param collisionCount {@code status.collisionCount} of the Deployment, 0 where absent
     */
    public static String of(JsonNode template, int collisionCount) {
        PodTemplateHash hash = new PodTemplateHash();
        hash.add(template);
        if (collisionCount > 0) {
            hash.add("#" + collisionCount);
        }
        return encode(Integer.toUnsignedString(hash.state));
    }

    private static String encode(String digits) {
        StringBuilder encoded = new StringBuilder(digits.length());
        digits.chars().forEach(digit -> encoded.append(ALPHABET.charAt(digit % ALPHABET.length())));
        return encoded.toString();
    }

    private void add(JsonNode node) {
        if (node instanceof ObjectNode object) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            object.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            add("{");
            sorted.forEach((name, value) -> {
                // A null says no more than an absent field.
                if (!value.isNull()) {
                    add(name.length() + ":" + name);
                    add(value);
                }
            });
            add("}");
        } else if (node.isArray()) {
            add("[");
            node.forEach(this::add);
            add("]");
        } else {
            String text = node.asText();
            add((node.isTextual() ? "\"" : "=") + text.length() + ":" + text);
        }
    }

    private void add(String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            state = (state ^ (b & 0xff)) * FNV_PRIME;
        }
    }
}
