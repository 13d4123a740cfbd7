package dev.troupe.model.kind.pod;

import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of node affinity, pod affinity and pod anti-affinity. */
final class AffinityValidation {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private static final String BAD_OPERATOR = "not a valid selector operator";

    private AffinityValidation() {}

    static void validate(Field affinity, Faults faults) {
        Field required = affinity.child("nodeAffinity").child(REQUIRED);
        if (required.present()) {
            nodeSelector(required.child("nodeSelectorTerms"), faults);
        }
        for (Field preferred : affinity.child("nodeAffinity").child(PREFERRED).items()) {
            weight(preferred.child("weight"), faults);
            // Unlike those required, preferred values may be ill-formed: old clusters hold such pods.
            term(preferred.child("preference"), false, faults);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            for (Field podTerm : affinity.child(kind).child(REQUIRED).items()) {
                podTerm(podTerm, faults);
            }
            for (Field preferred : affinity.child(kind).child(PREFERRED).items()) {
                weight(preferred.child("weight"), faults);
                podTerm(preferred.child("podAffinityTerm"), faults);
            }
        }
    }

    private static void weight(Field weight, Faults faults) {
        if (weight.number() < 1 || weight.number() > 100) {
            faults.invalid(weight, "must be in the range 1-100");
        }
    }

    private static void nodeSelector(Field terms, Faults faults) {
        if (terms.value().isEmpty()) {
            faults.required(terms, "must have at least one node selector term");
        }
        terms.items().forEach(term -> term(term, true, faults));
    }

    private static void term(Field term, boolean checkValues, Faults faults) {
        for (Field requirement : term.child("matchExpressions").items()) {
            expression(requirement, checkValues, faults);
        }
        for (Field requirement : term.child("matchFields").items()) {
            field(requirement, faults);
        }
    }

    private static void expression(Field requirement, boolean checkValues, Faults faults) {
        Field values = requirement.child("values");
        int count = values.value().size();
        Field operator = requirement.child("operator");
        switch (operator.text()) {
            case "In", "NotIn" -> {
                if (count == 0) {
                    faults.required(values, "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (count > 0) {
                    faults.forbidden(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (count != 1) {
                    faults.required(values, "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> faults.invalid(operator, operator.text(), BAD_OPERATOR);
        }
        faults.labelName(requirement.child("key"));
        if (checkValues) {
            for (Field value : values.items()) {
                faults.invalidText(value, ObjectMetaValidation.labelValue(value.text()));
            }
        }
    }

    private static void field(Field requirement, Faults faults) {
        Field operator = requirement.child("operator");
        Field values = requirement.child("values");
        if (!List.of("In", "NotIn").contains(operator.text())) {
            faults.invalid(operator, operator.text(), BAD_OPERATOR);
        } else if (values.value().size() != 1) {
            faults.required(
                    values, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        Field key = requirement.child("key");
        if (!key.text().equals("metadata.name")) {
            faults.invalid(key, key.text(), "not a valid field selector key");
            return;
        }
        for (Field value : values.items()) {
            faults.invalidText(value, ObjectNames.dns1123Subdomain(value.text(), false));
        }
    }

    /** A key to match that the selector names as well, beside the requirement that the key itself became. */
    private static void selectedTwice(Field term, Faults faults) {
        List<String> keys = term.child("matchLabelKeys").texts();
        Field selector = term.child("labelSelector");
        Set<String> selected = new HashSet<>();
        selector.child("matchLabels").value().fieldNames().forEachRemaining(selected::add);
        for (Field expression : selector.child("matchExpressions").items()) {
            String key = expression.text("key");
            if (!selected.add(key) && keys.contains(key)) {
                faults.add(FieldError.invalid(
                        term.path() + "[" + keys.indexOf(key) + "]",
                        key,
                        "exists in both matchLabelKeys and labelSelector"));
            }
        }
    }

    private static void podTerm(Field term, Faults faults) {
        Field selector = term.child("labelSelector");
        faults.labelSelector(selector);
        faults.labelSelector(term.child("namespaceSelector"));
        for (Field namespace : term.child("namespaces").items()) {
            faults.invalidText(
                    namespace.as(term.path() + ".namespace"), ObjectNames.dns1123Label(namespace.text(), false));
        }
        for (String list : List.of("matchLabelKeys", "mismatchLabelKeys")) {
            Field keys = term.child(list);
            if (!keys.value().isEmpty() && !selector.present()) {
                faults.forbidden(keys, "must not be specified when labelSelector is not set");
            } else {
                keys.items().forEach(key -> faults.labelName(key));
            }
        }
        selectedTwice(term, faults);
        Set<String> mismatched = new HashSet<>(term.child("mismatchLabelKeys").texts());
        for (Field key : term.child("matchLabelKeys").items()) {
            if (mismatched.contains(key.text())) {
                faults.invalid(key, key.text(), "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
        Field topologyKey = term.child("topologyKey");
        if (topologyKey.isBlank()) {
            faults.required(topologyKey, "can not be empty");
        }
        faults.labelName(topologyKey);
    }
}
