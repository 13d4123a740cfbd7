package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Services. Addresses and node ports are reserved before a service is written, see {@link ServiceAllocation}; here a
 * service is valid with or without them.
 */
final class ServiceStrategy extends CoreStrategy {
    ServiceStrategy() {
        super(BuiltInTypes.SERVICES, new KindTable(ServiceTable::columns, ServiceTable::cells));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        String address = Json.text(object, "spec", "clusterIP");
        if (!address.isEmpty() && object.path("spec").path("clusterIPs").isEmpty()) {
            Json.objectAt(object, "spec").putArray("clusterIPs").add(address);
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode object, JsonNode old) {
        super.prepareForUpdate(object, old);
        ServiceUpdates.prepare(object, old);
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ServiceDefaults.apply(object);
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return ObjectNames.dns1035Label(name, prefix);
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        return ServiceValidation.create(object);
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return ServiceValidation.update(object, old);
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        return ServiceValidation.status(object);
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("spec.clusterIP", "spec.type");
    }

    @Override
    public Map<String, String> fields(JsonNode object) {
        return Map.of(
                "spec.clusterIP",
                Json.text(object, "spec", "clusterIP"),
                "spec.type",
                Json.text(object, "spec", "type"));
    }
}
