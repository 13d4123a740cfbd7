package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of tolerations and topology spread constraints. */
final class SchedulingValidation {
    private static final String NOT_POSITIVE = "must be greater than zero";
    private static final List<String> TAINT_EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private SchedulingValidation() {}

    static void tolerations(Field tolerations, Faults faults) {
        for (Field toleration : tolerations.items()) {
            Field key = toleration.child("key");
            Field operator = toleration.child("operator");
            Field effect = toleration.child("effect");
            if (!key.isBlank()) {
                faults.labelName(key);
            } else if (!operator.text().equals("Exists")) {
                faults.invalid(
                        operator,
                        operator.text(),
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            if (toleration.child("tolerationSeconds").present()
                    && !effect.text().equals("NoExecute")) {
                faults.invalid(effect, effect.text(), "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            switch (operator.text()) {
                case "", "Equal" -> {
                    List<String> messages = ObjectMetaValidation.labelValue(toleration.text("value"));
                    if (!messages.isEmpty()) {
                        faults.invalid(operator, toleration.text("value"), String.join(";", messages));
                    }
                }
                case "Exists" -> {
                    if (!toleration.child("value").isBlank()) {
                        faults.add(FieldError.invalidGo(
                                operator.path(),
                                goToleration(toleration),
                                "value must be empty when `operator` is 'Exists'"));
                    }
                }
                default -> faults.notSupported(operator, List.of("Equal", "Exists"));
            }
            if (!effect.isBlank() && !TAINT_EFFECTS.contains(effect.text())) {
                faults.notSupported(effect, TAINT_EFFECTS);
            }
        }
    }

    private static String goToleration(Field toleration) {
        // Go prints a pointer's address where seconds are set; the number says more and is the same each time.
        String seconds = toleration.child("tolerationSeconds").present()
                ? Long.toString(toleration.child("tolerationSeconds").number())
                : "(*int64)(nil)";
        return "core.Toleration{Key:" + GoSyntax.quoted(toleration.text("key"))
                + ", Operator:" + GoSyntax.quoted(toleration.text("operator"))
                + ", Value:" + GoSyntax.quoted(toleration.text("value"))
                + ", Effect:" + GoSyntax.quoted(toleration.text("effect"))
                + ", TolerationSeconds:" + seconds + "}";
    }

    static void topologySpread(Field constraints, Faults faults) {
        List<Field> all = constraints.items();
        for (int i = 0; i < all.size(); i++) {
            constraint(all.get(i), all.subList(i + 1, all.size()), faults);
        }
    }

    private static void constraint(Field constraint, List<Field> rest, Faults faults) {
        if (constraint.child("maxSkew").number() <= 0) {
            faults.invalid(constraint.child("maxSkew"), NOT_POSITIVE);
        }
        Field topologyKey = constraint.child("topologyKey");
        if (topologyKey.isBlank()) {
            faults.required(topologyKey, "can not be empty");
        }
        Field action = constraint.child("whenUnsatisfiable");
        List<String> actions = List.of("DoNotSchedule", "ScheduleAnyway");
        if (!actions.contains(action.text())) {
            faults.notSupported(action, actions);
        }
        boolean repeated = rest.stream()
                .anyMatch(other -> other.text("topologyKey").equals(topologyKey.text())
                        && other.text("whenUnsatisfiable").equals(action.text()));
        if (repeated) {
            faults.duplicate(
                    constraint.child("{topologyKey, whenUnsatisfiable}"),
                    "{" + topologyKey.text() + ", " + action.text() + "}");
        }
        Field minDomains = constraint.child("minDomains");
        if (minDomains.present() && minDomains.number() <= 0) {
            faults.invalid(minDomains, NOT_POSITIVE);
        }
        if (minDomains.present() && !action.text().equals("DoNotSchedule")) {
            faults.invalid(
                    minDomains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action.text());
        }
        for (String policy : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
            Field at = constraint.child(policy);
            if (at.present() && !List.of("Honor", "Ignore").contains(at.text())) {
                faults.notSupported(at, List.of("Honor", "Ignore"));
            }
        }
        matchLabelKeys(constraint, faults);
        faults.labelSelector(constraint.child("labelSelector"));
    }

    private static void matchLabelKeys(Field constraint, Faults faults) {
        Field keys = constraint.child("matchLabelKeys");
        Field selector = constraint.child("labelSelector");
        if (keys.value().isEmpty()) {
            return;
        }
        if (!selector.present()) {
            faults.forbidden(keys, "must not be specified when labelSelector is not set");
        }
        Set<String> selected = new HashSet<>();
        selector.value().path("matchLabels").fieldNames().forEachRemaining(selected::add);
        for (JsonNode expression : selector.value().path("matchExpressions")) {
            selected.add(expression.path("key").asText());
        }
        for (Field key : keys.items()) {
            faults.labelName(key);
            if (selected.contains(key.text())) {
                faults.invalid(key, key.text(), "exists in both matchLabelKeys and labelSelector");
            }
        }
    }
}
