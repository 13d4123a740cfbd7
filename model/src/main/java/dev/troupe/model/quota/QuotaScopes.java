package dev.troupe.model.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.kind.pod.PodQos;
import dev.troupe.model.resource.GroupResource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which objects a quota's scopes let count. */
final class QuotaScopes {
    private QuotaScopes() {}

    /** Without scopes a quota covers everything; with scopes, the pods that all of them select. */
    static boolean cover(JsonNode spec, GroupResource resource, JsonNode object) {
        JsonNode expressions = spec.path("scopeSelector").path("matchExpressions");
        if (spec.path("scopes").isEmpty() && expressions.isEmpty()) {
            return true;
        }
        if (!resource.equals(BuiltInTypes.PODS.groupResource())) {
            return false;
        }
        for (JsonNode scope : spec.path("scopes")) {
            if (!matches(scope.asText(), object)) {
                return false;
            }
        }
        for (JsonNode expression : expressions) {
            String scope = Json.text(expression, "scopeName");
            boolean matches =
                    scope.equals("PriorityClass") ? matchesPriority(expression, object) : matches(scope, object);
            if (!matches) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(String scope, JsonNode pod) {
        return switch (scope) {
            case "Terminating" -> isTerminating(pod);
            case "NotTerminating" -> !isTerminating(pod);
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> !priorityClass(pod).isEmpty();
            case "CrossNamespacePodAffinity" -> looksIntoOtherNamespaces(pod);
            default -> false;
        };
    }

    private static boolean isTerminating(JsonNode pod) {
        return pod.path("spec").path("activeDeadlineSeconds").asLong(-1) >= 0;
    }

    private static boolean isBestEffort(JsonNode pod) {
        return PodQos.of(pod.path("spec")).equals("BestEffort");
    }

    private static String priorityClass(JsonNode pod) {
        return Json.text(pod, "spec", "priorityClassName");
    }

    private static boolean matchesPriority(JsonNode expression, JsonNode pod) {
        String name = priorityClass(pod);
        Set<String> values = new HashSet<>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        return switch (Json.text(expression, "operator")) {
            case "In" -> !name.isEmpty() && values.contains(name);
            case "NotIn" -> name.isEmpty() || !values.contains(name);
            case "Exists" -> !name.isEmpty();
            case "DoesNotExist" -> name.isEmpty();
            default -> false;
        };
    }

    private static boolean looksIntoOtherNamespaces(JsonNode pod) {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode affinity = pod.path("spec").path("affinity").path(kind);
            for (JsonNode term : affinity.path("requiredDuringSchedulingIgnoredDuringExecution")) {
                if (crosses(term)) {
                    return true;
                }
            }
            for (JsonNode weighted : affinity.path("preferredDuringSchedulingIgnoredDuringExecution")) {
                if (crosses(weighted.path("podAffinityTerm"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean crosses(JsonNode term) {
        return !term.path("namespaces").isEmpty()
                || term.path("namespaceSelector").isObject();
    }
}
