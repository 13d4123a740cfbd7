package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.kind.validation.ResourceNames;
import dev.troupe.model.resource.TableDefinition.Column;
import dev.troupe.model.status.FieldError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Quotas of a namespace. What an object uses of them is computed in the admission package. */
final class ResourceQuotaStrategy extends CoreStrategy {
    private static final Set<String> SCOPES = Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity");

    private static final List<List<String>> CONFLICTS =
            List.of(List.of("BestEffort", "NotBestEffort"), List.of("Terminating", "NotTerminating"));

    ResourceQuotaStrategy() {
        super(
                BuiltInTypes.RESOURCE_QUOTAS,
                new KindTable(ResourceQuotaStrategy::columns, ResourceQuotaStrategy::cells));
    }

    private static List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.text("Request", "What is used and allowed of counts and of requested resources"),
                Columns.text("Limit", "What is used and allowed of the sum of limits"),
                Columns.age());
    }

    private static List<Object> cells(JsonNode quota, Instant now) {
        List<String> requests = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        for (Map.Entry<String, JsonNode> hard :
                sorted(quota.path("status").path("hard")).entrySet()) {
            String used = Json.text(quota.path("status").path("used"), hard.getKey());
            String cell = hard.getKey() + ": " + (used.isEmpty() ? "0" : used) + "/"
                    + hard.getValue().asText();
            (hard.getKey().startsWith("limits.") ? limits : requests).add(cell);
        }
        return List.of(nameOf(quota), String.join(", ", requests), String.join(", ", limits), Ages.of(quota, now));
    }

    private static Map<String, JsonNode> sorted(JsonNode map) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        map.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Json.objectAt(object, "spec");
        Json.objectAt(object, "status");
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        JsonNode spec = object.path("spec");
        List<FieldError> errors = new ArrayList<>(amounts(spec.path("hard"), "spec.hard"));
        scopes(spec, errors);
        scopeSelector(spec, errors);
        return errors;
    }

    private static List<FieldError> amounts(JsonNode amounts, String field) {
        List<FieldError> errors = new ArrayList<>();
        sorted(amounts).forEach((name, amount) -> {
            String at = field + "[" + name + "]";
            errors.addAll(ResourceNames.quotaName(name, at));
            errors.addAll(ResourceNames.quantity(name, amount, at));
        });
        return errors;
    }

    private static void scopes(JsonNode spec, List<FieldError> errors) {
        JsonNode scopes = spec.path("scopes");
        String shown = GoSyntax.stringList("[]core.ResourceQuotaScope", scopes);
        for (JsonNode scope : scopes) {
            if (!SCOPES.contains(scope.asText())) {
                errors.add(FieldError.invalidGo("spec.scopes", shown, "unsupported scope"));
            }
            notAllowed(spec, scope.asText())
                    .forEach(name -> errors.add(
                            FieldError.invalidGo("spec.scopes", shown, "unsupported scope applied to resource")));
        }
        for (List<String> pair : CONFLICTS) {
            if (textsOf(scopes).containsAll(pair)) {
                errors.add(FieldError.invalidGo("spec.scopes", shown, "conflicting scopes"));
            }
        }
    }

    /** The limited resources to which a scope cannot apply. */
    private static List<String> notAllowed(JsonNode spec, String scope) {
        return sorted(spec.path("hard")).keySet().stream()
                .filter(name -> ResourceNames.isStandardForQuota(name) && !ResourceNames.isAllowedInScope(scope, name))
                .toList();
    }

    private static Set<String> textsOf(JsonNode list) {
        Set<String> texts = new LinkedHashSet<>();
        list.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static void scopeSelector(JsonNode spec, List<FieldError> errors) {
        String field = "spec.scopeSelector.matchExpressions";
        for (JsonNode expression : spec.path("scopeSelector").path("matchExpressions")) {
            String scope = Json.text(expression, "scopeName");
            String operator = Json.text(expression, "operator");
            boolean hasValues = !expression.path("values").isEmpty();
            if (!SCOPES.contains(scope)) {
                errors.add(FieldError.invalid(field + ".scopeName", scope, "unsupported scope"));
            }
            for (String name : notAllowed(spec, scope)) {
                errors.add(FieldError.invalid(field, scope, "unsupported scope applied to resource " + name));
            }
            if (!scope.equals("PriorityClass") && SCOPES.contains(scope) && !operator.equals("Exists")) {
                errors.add(FieldError.invalid(
                        field + ".operator",
                        operator,
                        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating,"
                                + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                                + " ResourceQuotaScopeNotBestEffort or"
                                + " ResourceQuotaScopeCrossNamespacePodAffinity"));
            }
            switch (operator) {
                case "In", "NotIn" -> {
                    if (!hasValues) {
                        errors.add(FieldError.required(
                                field + ".values",
                                "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (hasValues) {
                        errors.add(FieldError.invalidGo(
                                field + ".values",
                                GoSyntax.stringList(expression.path("values")),
                                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"));
                    }
                }
                default ->
                    errors.add(FieldError.invalid(field + ".operator", operator, "not a valid selector operator"));
            }
        }
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>(validateCreate(object));
        JsonNode scopes = object.path("spec").path("scopes");
        if (!new TreeSet<>(textsOf(scopes))
                .equals(new TreeSet<>(textsOf(old.path("spec").path("scopes"))))) {
            errors.add(FieldError.invalidGo(
                    "spec.scopes", GoSyntax.stringList("[]core.ResourceQuotaScope", scopes), "field is immutable"));
        }
        return errors;
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>(amounts(object.path("status").path("hard"), "status.hard"));
        errors.addAll(amounts(object.path("status").path("used"), "status.used"));
        return errors;
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        boolean usage = subresource.equals("status") && !old.isMissingNode() && !object.isMissingNode();
        return usage ? "QuotaUsageReported" : super.eventName(verb, subresource, old, object);
    }
}
