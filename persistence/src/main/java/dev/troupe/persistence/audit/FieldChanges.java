package dev.troupe.persistence.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What changed in an object, field by field. */
public final class FieldChanges {
    /** Longest value shown; longer ones are cut. */
    private static final int MAX_VALUE = 60;

    private static final Set<String> UNINTERESTING =
            Set.of("metadata.resourceVersion", "metadata.generation", "metadata.managedFields");

    private FieldChanges() {}

    /**
     * One changed field. Values are JSON; a missing node where there was or is none.
     *
     * @param path for example {@code spec.replicas} or {@code spec.containers[0].image}
     */
    public record FieldChange(String path, JsonNode before, JsonNode after) {
        /** {@code path: before -> after}, {@code +path: after} or {@code -path}. */
        public String text(boolean hideValues) {
            if (before.isMissingNode()) {
                return "+" + path + (hideValues ? "" : "=" + shown(after));
            }
            if (after.isMissingNode()) {
                return "-" + path;
            }
            return path + (hideValues ? "" : ": " + shown(before) + " -> " + shown(after));
        }

        private static String shown(JsonNode value) {
            String text = value.isTextual() ? value.asText() : value.toString();
            return text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE - 3) + "...";
        }
    }

    /** The fields that differ; whole subtrees where one side has none. Empty for a creation or removal. */
    public static List<FieldChange> between(byte[] before, byte[] after) {
        List<FieldChange> changes = new ArrayList<>();
        if (before.length > 0 && after.length > 0) {
            compare("", Json.parseObject(before), Json.parseObject(after), changes);
        }
        return changes;
    }

    private static void compare(String path, JsonNode before, JsonNode after, List<FieldChange> changes) {
        if (before.equals(after) || UNINTERESTING.contains(path)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            Set<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                compare(path.isEmpty() ? name : path + "." + name, before.path(name), after.path(name), changes);
            }
        } else if (before.isArray() && after.isArray()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                compare(path + "[" + i + "]", before.path(i), after.path(i), changes);
            }
        } else {
            changes.add(new FieldChange(path, before, after));
        }
    }
}
