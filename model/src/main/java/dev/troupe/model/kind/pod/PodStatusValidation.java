package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ObjectNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of a change of a pod's status. */
public final class PodStatusValidation {
    private static final Set<String> SYSTEM_CONDITIONS = Set.of("PodScheduled", "Ready", "Initialized");

    private PodStatusValidation() {}

    /** Adds the faults of the change. */
    public static void validate(JsonNode pod, JsonNode old, Faults faults) {
        Field annotations =
                new Field("metadata.annotations", pod.path("metadata").path("annotations"));
        PodAnnotationValidation.validateUpdate(
                annotations, annotations.with(old.path("metadata").path("annotations")), faults);
        Field status = new Field("status", pod.path("status"));
        JsonNode oldStatus = old.path("status");
        for (Field condition :
                status.child("conditions").as("metadata.conditions").items()) {
            if (!SYSTEM_CONDITIONS.contains(condition.text("type"))) {
                String type = condition.text("type");
                ObjectMetaValidation.qualifiedName(type)
                        .forEach(fault -> faults.invalid(condition.child("Type"), type, fault));
            }
        }
        Field nominated = status.child("nominatedNodeName");
        if (!nominated.isBlank() && !nominated.text().equals(Json.text(oldStatus, "nominatedNodeName"))) {
            faults.invalidText(nominated, ObjectNames.dns1123Subdomain(nominated.text(), false));
        }
        Field qos = status.child("qosClass");
        if (!qos.text().equals(Json.text(oldStatus, "qosClass"))) {
            faults.invalid(qos, qos.text(), FieldRules.IMMUTABLE);
        }
        String restartPolicy = Json.text(old, "spec", "restartPolicy");
        for (String list : List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")) {
            terminatedStays(
                    status.child(list),
                    oldStatus.path(list),
                    list.startsWith("ephemeral") ? "Never" : restartPolicy,
                    sidecars(old, list),
                    faults);
        }
        addresses(status.child("podIPs"), faults);
        Field hostIps = status.child("hostIPs");
        if (!hostIps.value().isEmpty()) {
            Field first = hostIps.items().get(0).child("ip");
            if (!first.text().equals(status.text("hostIP"))) {
                faults.invalid(first, first.text(), "must be equal to `hostIP`");
            }
            addresses(hostIps, faults);
        }
    }

    private static Set<String> sidecars(JsonNode pod, String list) {
        Set<String> names = new HashSet<>();
        if (list.startsWith("init")) {
            for (JsonNode container : pod.path("spec").path("initContainers")) {
                if (Json.text(container, "restartPolicy").equals("Always")) {
                    names.add(Json.text(container, "name"));
                }
            }
        }
        return names;
    }

    /** A container that will not be started again must not be reported as running again. */
    private static void terminatedStays(
            Field statuses, JsonNode old, String restartPolicy, Set<String> sidecars, Faults faults) {
        if (restartPolicy.equals("Always")) {
            return;
        }
        for (int i = 0; i < old.size(); i++) {
            JsonNode before = old.path(i);
            JsonNode terminated = before.path("state").path("terminated");
            boolean mayRestart = restartPolicy.equals("OnFailure")
                    && terminated.path("exitCode").asInt(0) != 0;
            if (terminated.isMissingNode() || mayRestart || sidecars.contains(Json.text(before, "name"))) {
                continue;
            }
            Field place = new Field(statuses.path() + "[" + i + "].state", before);
            for (JsonNode status : statuses.value()) {
                if (Json.text(status, "name").equals(Json.text(before, "name"))
                        && !status.path("state").has("terminated")) {
                    faults.forbidden(place, "may not be transitioned to non-terminated state");
                }
            }
        }
    }

    private static void addresses(Field addresses, Faults faults) {
        Set<String> seen = new HashSet<>();
        for (Field address : addresses.items()) {
            faults.addAll(FieldRules.ip(address.text("ip"), address.path()));
            if (!seen.add(address.text("ip"))) {
                faults.duplicate(address, address.text("ip"));
            }
        }
    }
}
