package dev.troupe.model.kind.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The names of resources that containers ask for and quotas limit, and what values they take. */
public final class ResourceNames {
    private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");

    private static final Set<String> QUOTA = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "persistentvolumeclaims",
            "configmaps",
            "services.nodeports",
            "services.loadbalancers");

    private static final Set<String> INTEGER = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");

    /** What a quota with a scope other than BestEffort may limit; BestEffort allows pods only. */
    private static final Set<String> SCOPED = Set.of(
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private ResourceNames() {}

    /** True for {@code cpu}, {@code memory}, {@code ephemeral-storage} and huge pages. */
    public static boolean isStandardForContainers(String name) {
        return CONTAINER.contains(name) || name.startsWith("hugepages-");
    }

    public static boolean isStandardForQuota(String name) {
        return QUOTA.contains(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
    }

    private static boolean isStandard(String name) {
        return isStandardForQuota(name) || name.equals("storage");
    }

    /** A resource of a device, such as {@code example.com/gpu}. */
    public static boolean isExtended(String name) {
        return name.contains("/")
                && !name.startsWith("kubernetes.io/")
                && !name.contains(".kubernetes.io/")
                && !name.startsWith("requests.");
    }

    public static boolean isInteger(String name) {
        return INTEGER.contains(name) || isExtended(name);
    }

    public static boolean isAllowedInScope(String scope, String name) {
        return scope.equals("BestEffort") ? name.equals("pods") : SCOPED.contains(name);
    }

    /** Faults of a name in a quota's {@code hard} or {@code used}. */
    public static List<FieldError> quotaName(String name, String field) {
        List<FieldError> errors = new ArrayList<>();
        ObjectMetaValidation.qualifiedName(name).forEach(fault -> errors.add(FieldError.invalid(field, name, fault)));
        if (!name.contains("/")) {
            if (errors.isEmpty() && !isStandard(name)) {
                errors.add(FieldError.invalid(field, name, "must be a standard resource type or fully qualified"));
            }
            if (!isStandardForQuota(name)) {
                errors.add(FieldError.invalid(field, name, "must be a standard resource for quota"));
            }
        }
        return errors;
    }

    /** Faults of an amount of a resource: it is not negative, and whole where the resource is counted. */
    public static List<FieldError> quantity(String name, JsonNode value, String field) {
        List<FieldError> errors = new ArrayList<>(FieldRules.nonNegativeQuantity(value, field));
        if (isInteger(name) && !Quantity.of(value.asText()).isInteger()) {
            errors.add(FieldError.invalid(field, value, "must be an integer"));
        }
        return errors;
    }
}
