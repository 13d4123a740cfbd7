package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.pod.PodTemplates;
import dev.troupe.model.kind.pod.PodWarnings;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules that ReplicationControllers, ReplicaSets and Deployments share. */
final class WorkloadRules {
    private WorkloadRules() {}

    /** Faults of a set-based selector, and of a template that it must match. */
    static void selectorAndTemplate(Field spec, Faults faults) {
        Field selector = spec.child("selector");
        Field template = spec.child("template");
        List<FieldError> malformed = List.of();
        if (selector.present()) {
            malformed = FieldRules.labelSelector(selector.value(), selector.path());
            faults.addAll(malformed);
            if (selector.child("matchLabels").value().isEmpty()
                    && selector.child("matchExpressions").value().isEmpty()) {
                invalidSelector(selector, "empty selector is invalid for deployment", faults);
            }
        } else {
            faults.required(selector);
        }
        if (!malformed.isEmpty()) {
            invalidSelector(selector, "invalid label selector", faults);
            return;
        }
        LabelSelector parsed = LabelSelector.of(selector.value());
        boolean everything = selector.present() && parsed.isEverything();
        template(template, everything || parsed.matches(labels(template)), "ReplicaSet", faults);
    }

    /**
     * Faults of a template.
     *
     * @param matches whether the selector matches its labels
     * @param kind as the message about a deadline names it
     */
    static void template(Field template, boolean matches, String kind, Faults faults) {
        if (!matches) {
            Field labels = template.child("metadata").child("labels");
            faults.add(FieldError.invalidGo(
                    labels.path(), GoSyntax.stringMap(labels.value()), "`selector` does not match template `labels`"));
        }
        PodTemplates.validate(template, kind, faults);
    }

    /** Faults of the counts in the status of a ReplicaSet or ReplicationController. */
    static List<FieldError> replicaStatus(JsonNode object) {
        Faults faults = new Faults();
        Field status = new Field("status", object.path("status"));
        for (String field : List.of(
                "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")) {
            faults.nonNegative(status.child(field));
        }
        for (String field : List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas")) {
            atMost(status.child(field), status.child("replicas"), "cannot be greater than status.replicas", faults);
        }
        atMost(
                status.child("availableReplicas"),
                status.child("readyReplicas"),
                "cannot be greater than readyReplicas",
                faults);
        return faults.list();
    }

    static void atMost(Field count, Field bound, String detail, Faults faults) {
        if (count.number() > bound.number()) {
            faults.invalid(count, detail);
        }
    }

    /** Fills in place the counts that Go writes even when 0, and drops those that it does not. */
    static void replicaStatusDefaults(ObjectNode object) {
        ObjectNode status = Json.objectAt(object, "status");
        for (String field :
                List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")) {
            if (status.path(field).asLong(0) == 0) {
                status.remove(field);
            }
        }
        if (!status.hasNonNull("replicas")) {
            status.put("replicas", 0);
        }
    }

    /** Drops {@code minReadySeconds: 0} and sets one replica where none are named. */
    static void replicaDefaults(ObjectNode spec) {
        if (!spec.hasNonNull("replicas")) {
            spec.put("replicas", 1);
        }
        if (spec.path("minReadySeconds").asLong(0) == 0) {
            spec.remove("minReadySeconds");
        }
    }

    /** The journal's word for a change of replicas or template; empty for any other change. */
    static Optional<String> eventName(String kind, JsonNode old, JsonNode object) {
        if (old.isMissingNode() || object.isMissingNode()) {
            return Optional.empty();
        }
        if (!old.path("spec").path("template").equals(object.path("spec").path("template"))) {
            return Optional.of(kind + "TemplateChanged");
        }
        return old.path("spec").path("replicas").equals(object.path("spec").path("replicas"))
                ? Optional.empty()
                : Optional.of(kind + "Scaled");
    }

    /** Warnings about a name that pods will carry, and about the template. */
    static List<String> warnings(JsonNode object) {
        List<String> warnings = new ArrayList<>();
        List<String> messages = ObjectNames.dns1123Label(Json.text(object, "metadata", "name"), false);
        if (!messages.isEmpty()) {
            warnings.add("metadata.name: this is used in Pod names and hostnames, which can result in surprising"
                    + " behavior; a DNS label is recommended: [" + String.join(" ", messages) + "]");
        }
        warnings.addAll(
                PodWarnings.ofSpec(new Field("spec.template.spec", Json.at(object, "spec", "template", "spec"))));
        return warnings;
    }

    static Map<String, String> labels(Field template) {
        Map<String, String> labels = new HashMap<>();
        template.child("metadata")
                .child("labels")
                .value()
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    private static void invalidSelector(Field selector, String detail, Faults faults) {
        faults.add(FieldError.invalidGo(selector.path(), GoSyntax.labelSelector(selector.value()), detail));
    }

    /** Faults of a selector that changed. */
    static void immutableSelector(JsonNode object, JsonNode old, Faults faults) {
        Field selector = new Field("spec.selector", object.path("spec").path("selector"));
        if (!selector.value().equals(old.path("spec").path("selector"))) {
            invalidSelector(selector, FieldRules.IMMUTABLE, faults);
        }
    }
}
