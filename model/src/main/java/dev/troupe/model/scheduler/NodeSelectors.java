package dev.troupe.model.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Node selectors and node selector terms against nodes. */
final class NodeSelectors {
    private NodeSelectors() {}

    /** Whether nodeSelector and the required node affinity both allow the node. */
    static boolean allow(JsonNode spec, NodePicture node) {
        for (var label : spec.path("nodeSelector").properties()) {
            if (!label.getValue().asText().equals(node.labels().get(label.getKey()))) {
                return false;
            }
        }
        JsonNode required = Json.at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        if (required.isMissingNode() || required.isNull()) {
            return true;
        }
        for (JsonNode term : required.path("nodeSelectorTerms")) {
            if (matches(term, node)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a term matches: all its expressions and fields; a term without any matches nothing. */
    static boolean matches(JsonNode term, NodePicture node) {
        JsonNode expressions = term.path("matchExpressions");
        JsonNode fields = term.path("matchFields");
        if (expressions.isEmpty() && fields.isEmpty()) {
            return false;
        }
        for (JsonNode expression : expressions) {
            if (!holds(expression, node.labels())) {
                return false;
            }
        }
        for (JsonNode field : fields) {
            if (!holds(field, Map.of("metadata.name", node.name()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(JsonNode expression, Map<String, String> values) {
        String actual = values.get(Json.text(expression, "key"));
        List<String> wanted = new ArrayList<>();
        expression.path("values").forEach(value -> wanted.add(value.asText()));
        return switch (Json.text(expression, "operator")) {
            case "In" -> actual != null && wanted.contains(actual);
            case "NotIn" -> actual == null || !wanted.contains(actual);
            case "Exists" -> actual != null;
            case "DoesNotExist" -> actual == null;
            case "Gt" -> compare(actual, wanted) > 0;
            case "Lt" -> compare(actual, wanted) < 0;
            default -> false;
        };
    }

    /** 0 where either side is no integer: neither greater nor less. */
    private static int compare(@org.jspecify.annotations.Nullable String actual, List<String> wanted) {
        try {
            return actual == null || wanted.size() != 1
                    ? 0
                    : Long.compare(Long.parseLong(actual), Long.parseLong(wanted.getFirst()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
