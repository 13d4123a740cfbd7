package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.pod.PodTemplates;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import dev.troupe.model.status.FieldError;
import java.util.List;

/** Deployments of {@code apps/v1}. */
final class DeploymentStrategy implements ResourceStrategy {
    private static final TableDefinition TABLE = new DeploymentTable();
    private static final List<String> COUNTS = List.of(
            "observedGeneration",
            "replicas",
            "updatedReplicas",
            "readyReplicas",
            "availableReplicas",
            "unavailableReplicas");

    @Override
    public ResourceType type() {
        return BuiltInTypes.DEPLOYMENTS;
    }

    @Override
    public TableDefinition table() {
        return TABLE;
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode object, JsonNode old) {
        ResourceStrategy.super.prepareForStatusUpdate(object, old);
        ObjectNode metadata = Json.objectAt(object, "metadata");
        JsonNode labels = old.path("metadata").get("labels");
        if (labels == null) {
            metadata.remove("labels");
        } else {
            metadata.set("labels", labels.deepCopy());
        }
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Json.objectAt(object, "spec");
        WorkloadRules.replicaDefaults(spec);
        ObjectNode strategy = Json.objectAt(spec, "strategy");
        if (Json.text(strategy, "type").isEmpty()) {
            strategy.put("type", "RollingUpdate");
        }
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Json.objectAt(strategy, "rollingUpdate");
            for (String bound : List.of("maxUnavailable", "maxSurge")) {
                if (!rolling.hasNonNull(bound)) {
                    rolling.put(bound, "25%");
                }
            }
        }
        if (!spec.hasNonNull("revisionHistoryLimit")) {
            spec.put("revisionHistoryLimit", 10);
        }
        if (!spec.hasNonNull("progressDeadlineSeconds")) {
            spec.put("progressDeadlineSeconds", 600);
        }
        if (!Json.bool(spec, "paused")) {
            spec.remove("paused");
        }
        PodTemplates.applyDefaults(spec);
        ObjectNode status = Json.objectAt(object, "status");
        COUNTS.forEach(count -> {
            if (status.path(count).asLong(0) == 0) {
                status.remove(count);
            }
        });
    }

    /** Annotations carry over to the ReplicaSets, so a change of them is work for the controller too. */
    @Override
    public boolean raisesGeneration(JsonNode object, JsonNode old) {
        return !annotations(object).equals(annotations(old));
    }

    private static JsonNode annotations(JsonNode object) {
        JsonNode annotations = object.path("metadata").path("annotations");
        return annotations.isObject() ? annotations : Json.object();
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        return DeploymentValidation.create(object);
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return DeploymentValidation.update(object, old);
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        return DeploymentValidation.status(object, old);
    }

    @Override
    public List<String> warnings(JsonNode object) {
        return WorkloadRules.warnings(object);
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (!old.isMissingNode() && !object.isMissingNode()) {
            boolean was = Json.bool(old, "spec", "paused");
            boolean is = Json.bool(object, "spec", "paused");
            if (was != is) {
                return is ? "DeploymentPaused" : "DeploymentResumed";
            }
        }
        return WorkloadRules.eventName("Deployment", old, object)
                .orElseGet(() -> ResourceStrategy.super.eventName(verb, subresource, old, object));
    }
}
