package dev.troupe.model.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.kind.pod.PodAdmission;
import dev.troupe.model.status.Status;
import java.util.Optional;
import java.util.OptionalInt;

/** A pod's priority comes from its class alone. PriorityClass objects are not served yet: only the system's two exist. */
final class PriorityAdmission implements AdmissionPlugin {
    private static final String POLICY = "PreemptLowerPriority";

    @Override
    public String name() {
        return "Priority";
    }

    @Override
    public Optional<Status> admit(AdmissionRequest request, ObjectLookup view) {
        if (!request.creates(BuiltInTypes.PODS)) {
            return Optional.empty();
        }
        JsonNode spec = request.sent().path("spec");
        String className = Json.text(spec, "priorityClassName");
        OptionalInt priority = PodAdmission.priorityOf(className);
        if (priority.isEmpty()) {
            return Optional.of(request.forbidden("no PriorityClass with name " + className + " was found"));
        }
        JsonNode given = spec.path("priority");
        if (given.isNumber() && given.longValue() != priority.getAsInt()) {
            return Optional.of(request.forbidden("the integer value of priority (" + given.asText()
                    + ") must not be provided in pod spec; priority admission controller computed "
                    + priority.getAsInt() + " from the given PriorityClass name"));
        }
        String policy = Json.text(spec, "preemptionPolicy");
        if (!policy.isEmpty() && !policy.equals(POLICY)) {
            return Optional.of(request.forbidden("the string value of PreemptionPolicy (" + policy
                    + ") must not be provided in pod spec; priority admission controller computed " + POLICY
                    + " from the given PriorityClass name"));
        }
        return Optional.empty();
    }
}
