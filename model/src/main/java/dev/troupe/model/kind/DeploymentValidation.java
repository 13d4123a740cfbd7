package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.status.FieldError;
import java.util.List;

/** The rules of Deployments. */
final class DeploymentValidation {
    private DeploymentValidation() {}

    static List<FieldError> create(JsonNode object) {
        Faults faults = new Faults();
        validate(object, faults);
        return faults.list();
    }

    static List<FieldError> update(JsonNode object, JsonNode old) {
        Faults faults = new Faults();
        validate(object, faults);
        WorkloadRules.immutableSelector(object, old, faults);
        return faults.list();
    }

    private static void validate(JsonNode object, Faults faults) {
        Field spec = new Field("spec", object.path("spec"));
        faults.nonNegative(spec.child("replicas"));
        WorkloadRules.selectorAndTemplate(spec, faults);
        strategy(spec.child("strategy"), faults);
        Field minReady = spec.child("minReadySeconds");
        faults.nonNegative(minReady);
        faults.nonNegative(spec.child("revisionHistoryLimit"));
        Field deadline = spec.child("progressDeadlineSeconds");
        faults.nonNegative(deadline);
        if (deadline.number() <= minReady.number()) {
            faults.invalid(deadline, "must be greater than minReadySeconds");
        }
    }

    private static void strategy(Field strategy, Faults faults) {
        Field rolling = strategy.child("rollingUpdate");
        switch (strategy.text("type")) {
            case "Recreate" -> {
                if (rolling.present()) {
                    faults.forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" -> rollingUpdate(rolling, faults);
            default ->
                faults.add(FieldError.notSupportedGo(
                        strategy.path(),
                        "apps.DeploymentStrategy{Type:" + GoSyntax.quoted(strategy.text("type"))
                                + ", RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}",
                        List.of("Recreate", "RollingUpdate")));
        }
    }

    private static void rollingUpdate(Field rolling, Faults faults) {
        Field unavailable = rolling.child("maxUnavailable");
        Field surge = rolling.child("maxSurge");
        intOrPercent(unavailable, faults);
        intOrPercent(surge, faults);
        if (value(unavailable) == 0 && value(surge) == 0) {
            faults.add(FieldError.invalidGo(
                    unavailable.path(),
                    GoSyntax.intOrString(unavailable.value()),
                    "may not be 0 when `maxSurge` is 0"));
        }
        if (unavailable.value().isTextual() && value(unavailable) > 100) {
            faults.add(FieldError.invalidGo(
                    unavailable.path(), GoSyntax.intOrString(unavailable.value()), "must not be greater than 100%"));
        }
    }

    private static void intOrPercent(Field bound, Faults faults) {
        if (bound.value().isTextual()) {
            Formats.percent(bound.text())
                    .forEach(fault ->
                            faults.add(FieldError.invalidGo(bound.path(), GoSyntax.intOrString(bound.value()), fault)));
        } else {
            faults.nonNegative(bound);
        }
    }

    /** The number, or a percentage's; 0 for a text that is no percentage. */
    private static long value(Field bound) {
        if (!bound.value().isTextual()) {
            return bound.number();
        }
        // More digits than these are out of any range and only need to be large.
        return bound.text().matches("[0-9]{1,9}%")
                ? Long.parseLong(bound.text().substring(0, bound.text().length() - 1))
                : Formats.percent(bound.text()).isEmpty() ? Long.MAX_VALUE : 0;
    }

    static List<FieldError> status(JsonNode object, JsonNode old) {
        Faults faults = new Faults();
        Field status = new Field("status", object.path("status"));
        for (String field : List.of(
                "observedGeneration",
                "replicas",
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas",
                "unavailableReplicas",
                "collisionCount")) {
            faults.nonNegative(status.child(field));
        }
        for (String field : List.of("updatedReplicas", "readyReplicas", "availableReplicas")) {
            WorkloadRules.atMost(
                    status.child(field), status.child("replicas"), "cannot be greater than status.replicas", faults);
        }
        WorkloadRules.atMost(
                status.child("availableReplicas"),
                status.child("readyReplicas"),
                "cannot be greater than readyReplicas",
                faults);
        long collisions = old.path("status").path("collisionCount").asLong(0);
        if (status.child("collisionCount").number() < collisions) {
            faults.invalid(status.child("collisionCount"), "cannot be decremented");
        }
        return faults.list();
    }
}
