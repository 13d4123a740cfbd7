package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.resource.ObjectMetaValidation;
import java.util.List;

/** Pod templates as ReplicationControllers, ReplicaSets and Deployments hold them. */
public final class PodTemplates {
    private PodTemplates() {}

    /** Fills the defaults of {@code spec.template} in place. */
    public static void applyDefaults(ObjectNode spec) {
        ObjectNode template = Json.objectAt(spec, "template");
        // Go's template has no way to leave the time out, so it reads null.
        if (!template.path("metadata").hasNonNull("creationTimestamp")) {
            Json.objectAt(template, "metadata").putNull("creationTimestamp");
        }
        PodSpecDefaults.apply(Json.objectAt(template, "spec"));
    }

    /** Faults of a template that pods are made from without end: they must restart always and have no deadline. */
    public static void validate(Field template, String kind, Faults faults) {
        faults.labels(template.child("metadata").child("labels").as(template.path() + ".labels"));
        Field annotations = template.child("metadata").child("annotations").as(template.path() + ".annotations");
        faults.addAll(ObjectMetaValidation.annotations(annotations.value(), annotations.path()));
        PodAnnotationValidation.validate(annotations, template.child("spec"), faults);
        Field spec = template.child("spec");
        PodSpecValidation.inTemplate().validate(spec, faults);
        if (!spec.child("ephemeralContainers").value().isEmpty()) {
            faults.forbidden(spec.child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
        }
        Field restartPolicy = spec.child("restartPolicy");
        if (!restartPolicy.text().equals("Always")) {
            faults.notSupported(restartPolicy, List.of("Always"));
        }
        if (spec.child("activeDeadlineSeconds").present()) {
            faults.forbidden(
                    spec.child("activeDeadlineSeconds"), "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }
}
