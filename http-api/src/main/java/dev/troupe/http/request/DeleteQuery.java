package dev.troupe.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.DeleteOptions.Propagation;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads delete options, which come in the body or, where there is none, in the query. */
public final class DeleteQuery {
    /** What bodies of deletes are decoded as. */
    public static final ResourceType TYPE = new ResourceType(
            "meta.k8s.io",
            "v1",
            "deleteoptions",
            "deleteoptions",
            "DeleteOptions",
            false,
            List.of(),
            List.of(),
            List.of());

    private DeleteQuery() {}

    /** From the query of a request without a body. */
    public static Outcome<DeleteOptions> parse(Query query) {
        ObjectNode options = Json.object();
        String grace = query.first("gracePeriodSeconds");
        if (!grace.isEmpty()) {
            if (!grace.matches("[+-]?[0-9]{1,18}")) {
                return Outcome.failure(
                        Status.badRequest("strconv.ParseInt: parsing \"" + grace + "\": invalid syntax"));
            }
            options.put("gracePeriodSeconds", Long.parseLong(grace));
        }
        if (query.has("propagationPolicy")) {
            options.put("propagationPolicy", query.first("propagationPolicy"));
        }
        if (query.has("orphanDependents")) {
            options.put("orphanDependents", query.flag("orphanDependents"));
        }
        query.all("dryRun").forEach(options.withArray("dryRun")::add);
        return parse(options);
    }

    /** From a decoded body. */
    public static Outcome<DeleteOptions> parse(JsonNode options) {
        Optional<Status> wrongType = wrongType(options);
        if (wrongType.isPresent()) {
            return Outcome.failure(wrongType.get());
        }
        List<FieldError> errors = new ArrayList<>();
        Optional<String> policy = Optional.ofNullable(options.get("propagationPolicy"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
        boolean orphanGiven = options.path("orphanDependents").isBoolean();
        if (orphanGiven && policy.isPresent()) {
            errors.add(FieldError.invalid(
                    "propagationPolicy", policy.get(), "orphanDependents and deletionPropagation cannot be both set"));
        }
        Optional<Propagation> propagation = policy.flatMap(DeleteQuery::propagation);
        if (policy.isPresent() && propagation.isEmpty()) {
            errors.add(FieldError.notSupported(
                    "propagationPolicy", policy.get(), List.of("Foreground", "Background", "Orphan", "nil")));
        }
        List<String> dryRun = new ArrayList<>();
        options.path("dryRun").forEach(one -> dryRun.add(one.asText()));
        errors.addAll(WriteQuery.dryRunErrors(dryRun));
        if (!errors.isEmpty()) {
            return Outcome.failure(Status.invalid("meta.k8s.io", "DeleteOptions", "", errors));
        }
        if (orphanGiven) {
            propagation = Optional.of(
                    options.path("orphanDependents").asBoolean() ? Propagation.ORPHAN : Propagation.BACKGROUND);
        }
        JsonNode grace = options.path("gracePeriodSeconds");
        return Outcome.success(new DeleteOptions(
                !dryRun.isEmpty(),
                grace.isNumber() ? OptionalLong.of(Math.max(0, grace.asLong())) : OptionalLong.empty(),
                propagation,
                Json.optionalText(options, "preconditions", "uid"),
                Json.optionalText(options, "preconditions", "resourceVersion")));
    }

    private static Optional<Propagation> propagation(String policy) {
        return switch (policy) {
            case "Orphan" -> Optional.of(Propagation.ORPHAN);
            case "Background" -> Optional.of(Propagation.BACKGROUND);
            case "Foreground" -> Optional.of(Propagation.FOREGROUND);
            default -> Optional.empty();
        };
    }

    private static Optional<Status> wrongType(JsonNode options) {
        return wrongType(options, "gracePeriodSeconds", "int64", JsonNode::isIntegralNumber)
                .or(() -> wrongType(options, "orphanDependents", "bool", JsonNode::isBoolean))
                .or(() -> wrongType(options, "propagationPolicy", "v1.DeletionPropagation", JsonNode::isTextual))
                .or(() -> wrongType(options, "preconditions", "v1.Preconditions", JsonNode::isObject))
                .or(() -> wrongType(options, "dryRun", "[]string", JsonNode::isArray));
    }

    private static Optional<Status> wrongType(
            JsonNode options, String field, String goType, java.util.function.Predicate<JsonNode> right) {
        JsonNode value = options.path(field);
        if (value.isMissingNode() || value.isNull() || right.test(value)) {
            return Optional.empty();
        }
        String sent = value.isTextual()
                ? "string"
                : value.isNumber() ? "number" : value.isBoolean() ? "bool" : value.isArray() ? "array" : "object";
        return Optional.of(
                Status.badRequest("DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: json:"
                        + " cannot unmarshal " + sent + " into Go struct field DeleteOptions." + field + " of type "
                        + goType));
    }
}
