package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.pod.PodTemplates;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.FieldError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ReplicationControllers: selector and labels follow the template, and their pods outlive them by default. */
final class ReplicationControllerStrategy implements ResourceStrategy {
    private static final TableDefinition TABLE = new ReplicaTable("io.k8s.api.core.v1.ReplicationController", true);

    @Override
    public ResourceType type() {
        return BuiltInTypes.REPLICATION_CONTROLLERS;
    }

    @Override
    public TableDefinition table() {
        return TABLE;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Json.objectAt(object, "spec");
        WorkloadRules.replicaDefaults(spec);
        JsonNode labels = Json.at(spec, "template", "metadata", "labels");
        if (labels.isObject() && !labels.isEmpty()) {
            if (spec.path("selector").isEmpty()) {
                spec.set("selector", labels.deepCopy());
            }
            if (object.path("metadata").path("labels").isEmpty()) {
                Json.objectAt(object, "metadata").set("labels", labels.deepCopy());
            }
        }
        if (spec.hasNonNull("template")) {
            PodTemplates.applyDefaults(spec);
        }
        WorkloadRules.replicaStatusDefaults(object);
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        Faults faults = new Faults();
        Field spec = new Field("spec", object.path("spec"));
        faults.nonNegative(spec.child("minReadySeconds"));
        Field selector = spec.child("selector");
        if (selector.value().isEmpty()) {
            faults.required(selector);
        }
        faults.nonNegative(spec.child("replicas"));
        Field template = spec.child("template");
        if (template.present()) {
            Map<String, String> wanted = new HashMap<>();
            selector.value()
                    .properties()
                    .forEach(
                            label -> wanted.put(label.getKey(), label.getValue().asText()));
            boolean matches = LabelSelector.equalTo(wanted).matches(WorkloadRules.labels(template));
            WorkloadRules.template(template, matches, "ReplicationController", faults);
        } else {
            faults.required(template);
        }
        return faults.list();
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return validateCreate(object);
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        return WorkloadRules.replicaStatus(object);
    }

    @Override
    public List<String> warnings(JsonNode object) {
        return WorkloadRules.warnings(object);
    }

    @Override
    public boolean orphansDependentsByDefault() {
        return true;
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("status.replicas");
    }

    @Override
    public Map<String, String> fields(JsonNode object) {
        return Map.of("status.replicas", Integer.toString(Json.integer(object, 0, "status", "replicas")));
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        return WorkloadRules.eventName("ReplicationController", old, object)
                .orElseGet(() -> ResourceStrategy.super.eventName(verb, subresource, old, object));
    }
}
