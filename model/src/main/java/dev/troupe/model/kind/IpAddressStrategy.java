package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.IpAddresses;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Addresses in use: creating the object named like the address reserves it. */
final class IpAddressStrategy extends CoreStrategy {
    private static final String SPEC = "io.k8s.api.networking.v1.IPAddressSpec";

    IpAddressStrategy() {
        super(
                BuiltInTypes.IP_ADDRESSES,
                new KindTable(
                        () -> List.of(
                                Columns.name(),
                                Columns.text("ParentRef", Columns.description(SPEC, "parentRef")),
                                Columns.age()),
                        (object, now) -> List.of(nameOf(object), parent(object), Ages.of(object, now))));
    }

    private static String parent(JsonNode object) {
        JsonNode parent = object.path("spec").path("parentRef");
        if (!parent.isObject()) {
            return "<none>";
        }
        String group = Json.text(parent, "group");
        String resource = Json.text(parent, "resource") + (group.isEmpty() ? "" : "." + group);
        String namespace = Json.text(parent, "namespace");
        return resource.toLowerCase(Locale.ROOT)
                + (namespace.isEmpty() ? "" : "/" + namespace)
                + "/" + Json.text(parent, "name");
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Json.objectAt(object, "spec");
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        if (IpAddresses.parse(name).isEmpty()) {
            return List.of("ParseAddr(\"" + name + "\"): unable to parse IP");
        }
        return IpAddresses.canonical(IpAddresses.parse(name).orElseThrow()).equals(name)
                ? List.of()
                : List.of("must be a canonical format IP address");
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        JsonNode parent = object.path("spec").path("parentRef");
        if (!parent.isObject()) {
            return List.of(FieldError.required("spec.parentRef", ""));
        }
        List<FieldError> errors = new ArrayList<>();
        String group = Json.text(parent, "group");
        if (!group.isEmpty()) {
            errors.addAll(FieldRules.dns1123Subdomain(group, "spec.parentRef.group"));
        }
        for (String required : List.of("resource", "name")) {
            String value = Json.text(parent, required);
            String field = "spec.parentRef." + required;
            if (value.isEmpty()) {
                errors.add(FieldError.required(field, ""));
            }
            ObjectNames.pathSegment(value).forEach(fault -> errors.add(FieldError.invalid(field, value, fault)));
        }
        String namespace = Json.text(parent, "namespace");
        ObjectNames.pathSegment(namespace)
                .forEach(fault -> errors.add(FieldError.invalid("spec.parentRef.namespace", namespace, fault)));
        return errors;
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return FieldRules.immutable(
                object.path("spec").path("parentRef"), old.path("spec").path("parentRef"), "spec.parentRef");
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (old.isMissingNode()) {
            return "IPAddressReserved";
        }
        return object.isMissingNode() ? "IPAddressReleased" : super.eventName(verb, subresource, old, object);
    }
}
