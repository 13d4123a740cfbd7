package dev.troupe.model.kind.pod;

import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ObjectNames;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of environment variables, and of the downward API's references that volumes share with them. */
final class EnvironmentValidation {
    private static final Set<String> ENVIRONMENT_FIELDS = new TreeSet<>(Set.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs"));
    private static final Set<String> VOLUME_FIELDS = new TreeSet<>(
            Set.of("metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"));

    /** Fields that the downward API knows in one place or the other; what is none of them has no label. */
    private static final Set<String> CONVERTIBLE = Set.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.serviceAccountName",
            "spec.schedulerName",
            "status.phase",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private static final Pattern SUBSCRIPTED = Pattern.compile("(.*)\\['(.*)'\\]");
    private static final Set<String> RESOURCES = new TreeSet<>(Set.of(
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage"));
    private static final Pattern HUGE_PAGES = Pattern.compile("(requests|limits)\\.hugepages-.*");
    private static final Set<String> BYTE_DIVISORS =
            Set.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");

    private EnvironmentValidation() {}

    static void variables(Field variables, Faults faults) {
        for (Field variable : variables.items()) {
            Field name = variable.child("name");
            if (name.isBlank()) {
                faults.required(name);
            } else {
                faults.invalidText(name, Formats.environmentName(name.text()));
            }
            Field source = variable.child("valueFrom");
            if (source.present()) {
                valueFrom(source, !variable.child("value").isBlank(), faults);
            }
        }
    }

    private static void valueFrom(Field source, boolean hasValue, Faults faults) {
        int sources = 0;
        if (source.child("fieldRef").present()) {
            sources++;
            fieldReference(source.child("fieldRef"), false, faults);
        }
        if (source.child("resourceFieldRef").present()) {
            sources++;
            resourceReference(source.child("resourceFieldRef"), false, faults);
        }
        for (String kind : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.child(kind).present()) {
                sources++;
                keyReference(source.child(kind), faults);
            }
        }
        if (sources == 0) {
            faults.invalid(
                    source,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (hasValue) {
            faults.invalid(source, "", "may not be specified when `value` is not empty");
        } else if (sources > 1) {
            faults.invalid(source, "", "may not have more than one field specified at a time");
        }
    }

    private static void keyReference(Field reference, Faults faults) {
        Field name = reference.child("name");
        ObjectNames.dns1123Subdomain(name.text(), false).forEach(fault -> faults.invalid(name, name.text(), fault));
        Field key = reference.child("key");
        if (key.isBlank()) {
            faults.required(key);
        } else {
            faults.invalidText(key, FieldRules.configKey(key.text()));
        }
    }

    /** A reference to one of the pod's own fields; volumes may name other fields than variables. */
    static void fieldReference(Field reference, boolean inVolume, Faults faults) {
        if (reference.child("apiVersion").isBlank()) {
            faults.required(reference.child("apiVersion"));
            return;
        }
        Field path = reference.child("fieldPath");
        if (path.isBlank()) {
            faults.required(path);
            return;
        }
        if (!reference.text("apiVersion").equals("v1")) {
            faults.invalid(
                    path,
                    path.text(),
                    "error converting fieldPath: unsupported pod version: " + reference.text("apiVersion"));
            return;
        }
        Matcher subscripted = SUBSCRIPTED.matcher(path.text());
        if (subscripted.matches()) {
            subscripted(reference, subscripted.group(1), subscripted.group(2), faults);
            return;
        }
        String field = path.text().equals("spec.host") ? "spec.nodeName" : path.text();
        if (!CONVERTIBLE.contains(field)) {
            faults.invalid(path, path.text(), "error converting fieldPath: field label not supported: " + path.text());
            return;
        }
        Set<String> supported = inVolume ? VOLUME_FIELDS : ENVIRONMENT_FIELDS;
        if (!supported.contains(field)) {
            faults.notSupported(path, List.copyOf(supported));
        }
    }

    private static void subscripted(Field reference, String path, String key, Faults faults) {
        switch (path) {
            case "metadata.annotations" ->
                ObjectMetaValidation.qualifiedName(key.toLowerCase(Locale.ROOT))
                        .forEach(fault -> faults.invalid(reference, key.toLowerCase(Locale.ROOT), fault));
            case "metadata.labels" ->
                ObjectMetaValidation.qualifiedName(key).forEach(fault -> faults.invalid(reference, key, fault));
            default ->
                faults.invalid(
                        reference.child("fieldPath"),
                        path + "['" + key + "']",
                        "error converting fieldPath: field label does not support subscript: " + path);
        }
    }

    /** A reference to a container's resources; a volume must say whose. */
    static void resourceReference(Field reference, boolean inVolume, Faults faults) {
        Field resource = reference.child("resource");
        if (inVolume && reference.child("containerName").isBlank()) {
            faults.required(reference.child("containerName"));
        } else if (resource.isBlank()) {
            faults.required(resource);
        } else if (!RESOURCES.contains(resource.text())
                && !HUGE_PAGES.matcher(resource.text()).matches()) {
            faults.notSupported(resource, List.copyOf(RESOURCES));
        }
        divisor(reference, resource.text(), faults);
    }

    private static void divisor(Field reference, String resource, Faults faults) {
        Field divisor = reference.child("divisor");
        if (divisor.isBlank() || Quantity.of(divisor.text()).isZero()) {
            return;
        }
        String bytes =
                "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with"
                        + " the ";
        String name = resource.substring(resource.indexOf('.') + 1);
        boolean byteDivisor = BYTE_DIVISORS.contains(divisor.text());
        if (name.equals("cpu") && !Set.of("1m", "1").contains(divisor.text())) {
            faults.invalid(divisor, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
        } else if (name.equals("memory") && !byteDivisor) {
            faults.invalid(divisor, resource, bytes + "memory resource");
        } else if (name.equals("ephemeral-storage") && !byteDivisor) {
            faults.invalid(divisor, resource, bytes + "local ephemeral storage resource");
        } else if (name.startsWith("hugepages-") && !byteDivisor) {
            faults.invalid(divisor, resource, bytes + "hugepages resource");
        }
    }

    static void sources(Field sources, Faults faults) {
        for (Field source : sources.items()) {
            Field prefix = source.child("prefix");
            if (!prefix.isBlank()) {
                faults.invalidText(prefix, Formats.environmentName(prefix.text()));
            }
            int found = 0;
            for (String kind : List.of("configMapRef", "secretRef")) {
                Field name = source.child(kind).child("name");
                if (!source.child(kind).present()) {
                    continue;
                }
                found++;
                if (name.isBlank()) {
                    faults.required(name);
                } else {
                    faults.invalidText(name, ObjectNames.dns1123Subdomain(name.text(), true));
                }
            }
            if (found == 0) {
                faults.invalid(sources, "", "must specify one of: `configMapRef` or `secretRef`");
            } else if (found > 1) {
                faults.invalid(sources, "", "may not have more than one field specified at a time");
            }
        }
    }
}
