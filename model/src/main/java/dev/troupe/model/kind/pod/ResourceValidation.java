package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** The rules of containers' resource requirements. Resources are read in the order of their names. */
final class ResourceValidation {
    private static final String HUGE_PAGES = "hugepages-";
    private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");
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
    private static final Set<String> COMPUTE = Set.of(
            "storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "requests.storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private ResourceValidation() {}

    static void container(Field resources, Set<String> podClaims, Faults faults) {
        Field limits = resources.child("limits");
        Field requests = resources.child("requests");
        for (String name : names(limits)) {
            quantity(name, limits.key(name), faults);
        }
        for (String name : names(requests)) {
            quantity(name, requests.key(name), faults);
            requestWithinLimit(name, limits, requests, faults);
        }
        Set<String> all = new HashSet<>(names(limits));
        all.addAll(names(requests));
        boolean hugePages = all.stream().anyMatch(name -> name.startsWith(HUGE_PAGES));
        if (hugePages && !all.contains("cpu") && !all.contains("memory")) {
            faults.forbidden(resources, "HugePages require cpu or memory");
        }
        claims(resources.child("claims"), podClaims, faults);
    }

    static void overhead(Field overhead, Faults faults) {
        for (String name : names(overhead)) {
            quantity(name, overhead.as(overhead.path() + ".limits").key(name), faults);
        }
    }

    private static Set<String> names(Field resources) {
        Set<String> names = new TreeSet<>();
        resources.value().fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void quantity(String name, Field at, Faults faults) {
        name(name, at, faults);
        Quantity quantity = Quantity.of(at.text());
        if (quantity.signum() < 0) {
            faults.invalid(at, quantity.toString(), Formats.NOT_NEGATIVE);
        }
        if ((INTEGER.contains(name) || isExtended(name)) && !quantity.isInteger()) {
            faults.invalid(at, quantity.toString(), "must be an integer");
        }
        if (name.startsWith(HUGE_PAGES) && !isMultiple(quantity, name.substring(HUGE_PAGES.length()))) {
            faults.invalid(at, quantity.toString(), quantity + " is not positive integer multiple of " + name);
        }
    }

    private static boolean isMultiple(Quantity quantity, String pageSize) {
        return switch (Quantity.parse(pageSize)) {
            case Outcome.Failure<Quantity> failure -> false;
            case Outcome.Success<Quantity> size ->
                size.value().signum() > 0
                        && quantity.amount().remainder(size.value().amount()).compareTo(BigDecimal.ZERO) == 0;
        };
    }

    private static void name(String name, Field at, Faults faults) {
        var messages = ObjectMetaValidation.qualifiedName(name);
        messages.forEach(message -> faults.invalid(at, name, message));
        boolean plain = !name.contains("/");
        boolean container = CONTAINER.contains(name) || name.startsWith(HUGE_PAGES);
        if (plain && messages.isEmpty() && !container && !INTEGER.contains(name) && !COMPUTE.contains(name)) {
            faults.invalid(at, name, "must be a standard resource type or fully qualified");
        }
        if (plain && !container) {
            faults.invalid(at, name, "must be a standard resource for containers");
        } else if (!plain && !isNative(name) && !isExtended(name)) {
            faults.invalid(at, name, "doesn't follow extended resource name standard");
        }
    }

    private static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    private static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith("requests.")
                && ObjectMetaValidation.qualifiedName("requests." + name).isEmpty();
    }

    private static void requestWithinLimit(String name, Field limits, Field requests, Faults faults) {
        boolean overcommit = isNative(name) && !name.startsWith(HUGE_PAGES);
        JsonNode limitNode = limits.value().get(name);
        if (limitNode == null) {
            if (!overcommit) {
                faults.required(limits, "Limit must be set for non overcommitable resources");
            }
            return;
        }
        Quantity request = Quantity.of(requests.key(name).text());
        Quantity limit = Quantity.of(limitNode.asText());
        int order = request.compareTo(limit);
        if (order != 0 && !overcommit) {
            faults.invalid(requests, request.toString(), "must be equal to " + name + " limit of " + limit);
        } else if (order > 0) {
            faults.invalid(
                    requests, request.toString(), "must be less than or equal to " + name + " limit of " + limit);
        }
    }

    private static void claims(Field claims, Set<String> podClaims, Faults faults) {
        Set<String> seen = new HashSet<>();
        for (Field claim : claims.items()) {
            String name = claim.text("name");
            String request = claim.text("request");
            String key = request.isEmpty() ? name : name + "/" + request;
            if (name.isEmpty()) {
                faults.required(claim);
                continue;
            }
            ObjectNames.dns1123Label(request.isEmpty() ? "any" : request, false)
                    .forEach(fault -> faults.invalid(claim.child("request"), request, fault));
            boolean overlaps = request.isEmpty() && seen.stream().anyMatch(other -> other.startsWith(name + "/"));
            if (seen.contains(name) || overlaps || !seen.add(key)) {
                faults.duplicate(claim, seen.contains(name) ? name : key);
            }
            if (!podClaims.contains(name)) {
                String known =
                        podClaims.isEmpty() ? " which is empty" : ": " + String.join(", ", new TreeSet<>(podClaims));
                FieldError notFound = FieldError.notFound(claim.path(), name);
                faults.add(new FieldError(
                        notFound.reason(),
                        notFound.field(),
                        notFound.message() + ": must be one of the names in pod.spec.resourceClaims" + known));
            }
        }
    }

    /** The effective requests or limits of a container by resource; an empty object where there are none. */
    static JsonNode list(JsonNode container, String list) {
        JsonNode found = Json.at(container, "resources", list);
        return found instanceof ObjectNode ? found : Json.object();
    }
}
