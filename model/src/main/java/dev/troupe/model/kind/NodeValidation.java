package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.kind.validation.IpAddresses;
import dev.troupe.model.kind.validation.ResourceNames;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules for nodes. */
final class NodeValidation {
    private static final List<String> TAINT_EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final String CIDR_KEPT = "node updates may not change podCIDR except from \"\" to valid";

    private NodeValidation() {}

    static List<FieldError> create(JsonNode node) {
        List<FieldError> errors = new ArrayList<>(taints(node));
        errors.addAll(resources(node));
        JsonNode cidrs = node.path("spec").path("podCIDRs");
        int ipv6 = 0;
        for (int i = 0; i < cidrs.size(); i++) {
            String cidr = cidrs.get(i).asText();
            ipv6 += cidr.contains(":") ? 1 : 0;
            if (!isCidr(cidr)) {
                errors.add(FieldError.invalid(
                        "spec.podCIDRs[" + i + "]",
                        cidr,
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"));
            }
        }
        if (cidrs.size() > 2 || (cidrs.size() == 2 && ipv6 != 1)) {
            errors.add(FieldError.invalidGo(
                    "spec.podCIDRs",
                    GoSyntax.stringList(cidrs),
                    "may specify no more than one CIDR for each IP family"));
        }
        return errors;
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        int bits = Integer.parseInt(text.substring(slash + 1));
        return IpAddresses.parse(text.substring(0, slash))
                .filter(address -> bits <= address.getAddress().length * 8)
                .isPresent();
    }

    static List<FieldError> update(JsonNode node, JsonNode old) {
        List<FieldError> errors = new ArrayList<>(resources(node));
        Set<JsonNode> addresses = new HashSet<>();
        int index = 0;
        for (JsonNode address : node.path("status").path("addresses")) {
            if (!addresses.add(address)) {
                errors.add(FieldError.duplicateGo(
                        "status.addresses[" + index + "]",
                        "core.NodeAddress{Type:" + GoSyntax.quoted(Json.text(address, "type")) + ", Address:"
                                + GoSyntax.quoted(Json.text(address, "address")) + "}",
                        ""));
            }
            index++;
        }
        podCidrsKept(node.path("spec").path("podCIDRs"), old.path("spec").path("podCIDRs"), errors);
        String provider = Json.text(old, "spec", "providerID");
        if (!provider.isEmpty() && !provider.equals(Json.text(node, "spec", "providerID"))) {
            errors.add(FieldError.forbidden(
                    "spec.providerID", "node updates may not change providerID except from \"\" to valid"));
        }
        errors.addAll(taints(node));
        if (!Json.text(node, "spec", "externalID").equals(Json.text(old, "spec", "externalID"))) {
            errors.add(FieldError.forbidden("spec.externalID", "may not be updated"));
        }
        return errors;
    }

    private static void podCidrsKept(JsonNode cidrs, JsonNode old, List<FieldError> errors) {
        if (old.isEmpty()) {
            return;
        }
        if (old.size() != cidrs.size()) {
            errors.add(FieldError.forbidden("spec.podCIDRs", CIDR_KEPT));
            return;
        }
        for (int i = 0; i < old.size(); i++) {
            if (!old.get(i).equals(cidrs.get(i))) {
                errors.add(FieldError.forbidden("spec.podCIDRs", CIDR_KEPT));
            }
        }
    }

    /** Upstream reports them under metadata, though they stand in spec. */
    private static List<FieldError> taints(JsonNode node) {
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode taint : node.path("spec").path("taints")) {
            String field = "metadata.taints[" + index++ + "]";
            String key = Json.text(taint, "key");
            String value = Json.text(taint, "value");
            String effect = Json.text(taint, "effect");
            ObjectMetaValidation.qualifiedName(key)
                    .forEach(fault -> errors.add(FieldError.invalid(field + ".key", key, fault)));
            List<String> faults = ObjectMetaValidation.labelValue(value);
            if (!faults.isEmpty()) {
                errors.add(FieldError.invalid(field + ".value", value, String.join(";", faults)));
            }
            errors.addAll(FieldRules.oneOf(effect, field + ".effect", TAINT_EFFECTS));
            if (!seen.add(effect + ":" + key)) {
                errors.add(FieldError.duplicateGo(
                        field,
                        "core.Taint{Key:" + GoSyntax.quoted(key) + ", Value:" + GoSyntax.quoted(value) + ", Effect:"
                                + GoSyntax.quoted(effect) + ", TimeAdded:<nil>}",
                        "taints must be unique by key and effect pair"));
            }
        }
        return errors;
    }

    private static List<FieldError> resources(JsonNode node) {
        List<FieldError> errors = new ArrayList<>();
        for (String list : List.of("capacity", "allocatable")) {
            for (Map.Entry<String, JsonNode> resource :
                    node.path("status").path(list).properties()) {
                errors.addAll(ResourceNames.quantity(
                        resource.getKey(), resource.getValue(), "status." + list + "." + resource.getKey()));
            }
        }
        return errors;
    }
}
