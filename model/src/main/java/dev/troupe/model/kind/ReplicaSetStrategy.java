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
import dev.troupe.model.status.FieldError;
import java.util.List;

/** ReplicaSets of {@code apps/v1}. */
final class ReplicaSetStrategy implements ResourceStrategy {
    private static final TableDefinition TABLE = new ReplicaTable("io.k8s.api.apps.v1.ReplicaSet", false);

    @Override
    public ResourceType type() {
        return BuiltInTypes.REPLICA_SETS;
    }

    @Override
    public TableDefinition table() {
        return TABLE;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Json.objectAt(object, "spec");
        WorkloadRules.replicaDefaults(spec);
        PodTemplates.applyDefaults(spec);
        WorkloadRules.replicaStatusDefaults(object);
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        Faults faults = new Faults();
        validate(object, faults);
        return faults.list();
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        Faults faults = new Faults();
        validate(object, faults);
        WorkloadRules.immutableSelector(object, old, faults);
        return faults.list();
    }

    private static void validate(JsonNode object, Faults faults) {
        Field spec = new Field("spec", object.path("spec"));
        faults.nonNegative(spec.child("replicas"));
        faults.nonNegative(spec.child("minReadySeconds"));
        WorkloadRules.selectorAndTemplate(spec, faults);
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
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        return WorkloadRules.eventName("ReplicaSet", old, object)
                .orElseGet(() -> ResourceStrategy.super.eventName(verb, subresource, old, object));
    }
}
