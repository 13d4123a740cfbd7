package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.kind.validation.IpAddresses;
import dev.troupe.model.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules for a service's addresses and their families. The cluster has one family, IPv4. */
final class ServiceAddressValidation {
    private static final List<String> FAMILIES = List.of("IPv4", "IPv6");
    private static final List<String> POLICIES = List.of("PreferDualStack", "RequireDualStack", "SingleStack");
    private static final String FIXED = "may not change once set";

    private ServiceAddressValidation() {}

    static void check(JsonNode service, Field spec, Faults faults) {
        if (Services.isExternalName(service)) {
            return;
        }
        Field addresses = spec.child("clusterIPs");
        inStep(spec, addresses, faults);
        families(spec, faults);
        Field policy = spec.child("ipFamilyPolicy");
        if (!policy.isBlank() && !POLICIES.contains(policy.text())) {
            faults.notSupported(policy, POLICIES);
        }
        if (!wellFormed(addresses, faults)) {
            return;
        }
        List<String> texts = addresses.texts();
        if (texts.size() > 2) {
            invalidList(addresses, "may only hold up to 2 values", faults);
        }
        if (texts.size() > 1 && texts.stream().filter(IpAddresses::isIpv6).count() != 1) {
            invalidList(addresses, "may specify no more than one IP for each IP family", faults);
        }
        if (!Services.isHeadless(service)) {
            matchFamilies(addresses, spec.child("ipFamilies").texts(), faults);
        }
        configured(service, spec, faults);
    }

    private static void inStep(Field spec, Field addresses, Faults faults) {
        String address = spec.text("clusterIP");
        List<String> texts = addresses.texts();
        if (address.isEmpty() && !texts.isEmpty()) {
            invalidList(addresses, "must be empty when `clusterIP` is not specified", faults);
        } else if (!address.isEmpty() && texts.isEmpty()) {
            faults.required(addresses);
        } else if (!address.isEmpty() && !texts.get(0).equals(address)) {
            invalidList(addresses, "first value must match `clusterIP`", faults);
        }
    }

    private static void families(Field spec, Faults faults) {
        Set<String> seen = new HashSet<>();
        for (Field family : spec.child("ipFamilies").items()) {
            if (!FAMILIES.contains(family.text())) {
                faults.notSupported(family, FAMILIES);
            }
            if (!seen.add(family.text())) {
                faults.duplicate(family, family.text());
            }
        }
    }

    private static boolean wellFormed(Field addresses, Faults faults) {
        boolean right = true;
        List<Field> items = addresses.items();
        for (int i = 0; i < items.size(); i++) {
            String text = items.get(i).text();
            if (i == 0 && text.equals(Services.NONE)) {
                if (items.size() > 1) {
                    invalidList(addresses, "'None' must be the first and only value", faults);
                    right = false;
                }
                continue;
            }
            List<FieldError> malformed = FieldRules.ip(text, items.get(i).path());
            faults.addAll(malformed);
            right &= malformed.isEmpty();
        }
        return right;
    }

    private static void matchFamilies(Field addresses, List<String> families, Faults faults) {
        List<Field> items = addresses.items();
        for (int i = 0; i < Math.min(items.size(), families.size()); i++) {
            boolean ipv6 = IpAddresses.isIpv6(items.get(i).text());
            if (ipv6 != families.get(i).equals("IPv6")) {
                faults.invalid(
                        items.get(i),
                        "expected an " + (ipv6 ? "IPv4" : "IPv6") + " value as indicated by `ipFamilies[" + i + "]`");
            }
        }
    }

    /** What a cluster of one family refuses; a headless service without a selector may say what it likes. */
    private static void configured(JsonNode service, Field spec, Faults faults) {
        List<String> families = spec.child("ipFamilies").texts();
        Field policy = spec.child("ipFamilyPolicy");
        if (policy.text().equals("SingleStack") && families.size() > 1) {
            faults.invalid(
                    policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
        }
        if (Services.isHeadless(service) && spec.child("selector").value().isEmpty()) {
            return;
        }
        if (policy.text().equals("RequireDualStack")) {
            faults.invalid(policy, "this cluster is not configured for dual-stack services");
        }
        for (Field family : spec.child("ipFamilies").items()) {
            if (family.text().equals("IPv6")) {
                faults.invalid(family, "not configured on this cluster");
            }
        }
    }

    private static void invalidList(Field list, String detail, Faults faults) {
        faults.add(FieldError.invalidGo(list.path(), GoSyntax.stringList(list.value()), detail));
    }

    /** The first address and family stay for as long as the service has any. */
    static void kept(JsonNode service, JsonNode old, Faults faults) {
        boolean named = Services.isExternalName(service) || Services.isExternalName(old);
        if (named || (Services.isHeadless(service) && Services.isHeadless(old))) {
            return;
        }
        keptList(service, old, "clusterIPs", "primary clusterIP can not be unset", faults);
        keptList(service, old, "ipFamilies", "primary ipFamily can not be unset", faults);
    }

    private static void keptList(JsonNode service, JsonNode old, String name, String unset, Faults faults) {
        JsonNode after = service.path("spec").path(name);
        JsonNode before = old.path("spec").path(name);
        String shown =
                name.equals("clusterIPs") ? GoSyntax.stringList(after) : GoSyntax.stringList("[]core.IPFamily", after);
        if (before.isEmpty()) {
            return;
        }
        if (after.isEmpty()) {
            faults.add(FieldError.invalidGo("spec." + name + "[0]", shown, unset));
            return;
        }
        int compared = before.size() == after.size() ? before.size() : 1;
        for (int i = 0; i < compared; i++) {
            if (!before.get(i).equals(after.get(i))) {
                faults.add(FieldError.invalidGo("spec." + name + "[" + i + "]", shown, FIXED));
            }
        }
    }
}
