package dev.troupe.model.kind.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Rules for the ports of services and endpoints. */
public final class PortRules {
    public static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private PortRules() {}

    /** The protocol, which must be given. */
    public static List<FieldError> protocol(JsonNode port, String field) {
        return FieldRules.oneOf(Json.text(port, "protocol"), field + ".protocol", PROTOCOLS);
    }

    /** The application protocol, which may be absent. */
    public static List<FieldError> appProtocol(JsonNode port, String field) {
        List<FieldError> errors = new ArrayList<>();
        if (port.path("appProtocol").isTextual()) {
            String value = port.path("appProtocol").textValue();
            ObjectMetaValidation.qualifiedName(value)
                    .forEach(fault -> errors.add(FieldError.invalid(field + ".appProtocol", value, fault)));
        }
        return errors;
    }

    /** The name, needed where there are several ports. */
    public static List<FieldError> name(JsonNode port, boolean required, String field) {
        String name = Json.text(port, "name");
        if (name.isEmpty()) {
            return required ? List.of(FieldError.required(field + ".name", "")) : List.of();
        }
        return FieldRules.dns1123Label(name, field + ".name");
    }
}
