package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Leases: nodes' heartbeats and clients' leader elections. Their history is not kept. */
final class LeaseStrategy extends CoreStrategy {
    LeaseStrategy() {
        super(
                BuiltInTypes.LEASES,
                new KindTable(
                        () -> List.of(
                                Columns.name(),
                                Columns.text(
                                        "Holder",
                                        Columns.description("io.k8s.api.coordination.v1.LeaseSpec", "holderIdentity")),
                                Columns.age()),
                        (object, now) -> List.of(
                                nameOf(object), Json.text(object, "spec", "holderIdentity"), Ages.of(object, now))));
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Json.objectAt(object, "spec");
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode spec = object.path("spec");
        long duration = spec.path("leaseDurationSeconds").asLong(1);
        if (duration <= 0) {
            errors.add(FieldError.invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"));
        }
        errors.addAll(FieldRules.nonNegative(spec.path("leaseTransitions").asLong(0), "spec.leaseTransitions"));
        return errors;
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return validateCreate(object);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public boolean isEphemeral() {
        return true;
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (old.isMissingNode() || object.isMissingNode()) {
            return super.eventName(verb, subresource, old, object);
        }
        boolean sameHolder =
                Json.text(old, "spec", "holderIdentity").equals(Json.text(object, "spec", "holderIdentity"));
        return sameHolder ? "LeaseRenewed" : "LeaseAcquired";
    }
}
