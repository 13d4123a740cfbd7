package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of a pod specification after defaults, all faults at once, in Kubernetes' order and words. */
public final class PodSpecValidation {
    static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final int MAX_NAMESERVERS = 3;
    private static final int MAX_SEARCH_PATHS = 32;
    private static final int MAX_SEARCH_CHARACTERS = 2048;

    private final boolean pod;

    private PodSpecValidation(boolean pod) {
        this.pod = pod;
    }

    /** The rules for a pod's own specification. */
    public static PodSpecValidation inPod() {
        return new PodSpecValidation(true);
    }

    /** The rules for a template's, which leave to the pod what its defaults will fill. */
    public static PodSpecValidation inTemplate() {
        return new PodSpecValidation(false);
    }

    /** Adds the faults of the specification. */
    public void validate(Field spec, Faults faults) {
        Map<String, JsonNode> volumes = VolumeValidation.validate(spec.child("volumes"), faults);
        Set<String> claims = resourceClaims(spec.child("resourceClaims"), faults);
        ContainerScope scope = new ContainerScope(
                volumes,
                claims,
                spec.text("restartPolicy"),
                spec.child("terminationGracePeriodSeconds").number(),
                !spec.child("hostUsers").present() || spec.child("hostUsers").isTrue());
        new ContainerValidation(scope, faults).validate(spec);
        hostNetworkPorts(spec, faults);
        faults.oneOf(spec.child("restartPolicy"), RESTART_POLICIES);
        faults.oneOf(spec.child("dnsPolicy"), DNS_POLICIES);
        faults.labels(spec.child("nodeSelector"));
        SecurityValidation.pod(spec, faults);
        AffinityValidation.validate(spec.child("affinity"), faults);
        dnsConfig(spec, faults);
        for (Field gate : spec.child("readinessGates").items()) {
            Field type = gate.child("conditionType");
            faults.invalidText(type, ObjectMetaValidation.qualifiedName(type.text()));
        }
        schedulingGates(spec.child("schedulingGates"), faults);
        SchedulingValidation.topologySpread(spec.child("topologySpreadConstraints"), faults);
        SecurityValidation.hostUsers(spec, faults);
        names(spec, faults);
        if (spec.child("overhead").present()) {
            ResourceValidation.overhead(spec.child("overhead"), faults);
        }
        operatingSystem(spec.child("os"), faults);
    }

    /** Adds the faults that only a pod has, which Kubernetes tolerates in templates made before it knew them. */
    public static void onlyInPod(Field spec, Faults faults) {
        if (spec.child("serviceAccountName").isBlank()) {
            for (Field volume : spec.child("volumes").items()) {
                for (Field source : volume.child("projected").child("sources").items()) {
                    if (source.child("serviceAccountToken").present()) {
                        faults.forbidden(
                                source.child("serviceAccountToken"),
                                "must not be specified when serviceAccountName is not set");
                    }
                }
            }
        }
        for (String list : List.of("containers", "initContainers")) {
            spec.child(list).items().forEach(container -> ContainerValidation.imageWithoutSpaces(container, faults));
        }
    }

    private static void names(Field spec, Faults faults) {
        subdomain(spec.child("serviceAccountName"), faults);
        subdomain(spec.child("nodeName"), faults);
        Field deadline = spec.child("activeDeadlineSeconds");
        if (deadline.present() && (deadline.number() < 1 || deadline.number() > Integer.MAX_VALUE)) {
            faults.invalid(deadline, Formats.inclusiveRange(1, Integer.MAX_VALUE));
        }
        label(spec.child("hostname"), faults);
        label(spec.child("subdomain"), faults);
        SchedulingValidation.tolerations(spec.child("tolerations"), faults);
        for (Field alias : spec.child("hostAliases").items()) {
            faults.addAll(FieldRules.ip(alias.text("ip"), alias.child("ip").path()));
            for (Field hostname : alias.child("hostnames").items()) {
                faults.invalidText(hostname, ObjectNames.dns1123Subdomain(hostname.text(), false));
            }
        }
        subdomain(spec.child("priorityClassName"), faults);
        subdomain(spec.child("runtimeClassName"), faults);
        Field preemption = spec.child("preemptionPolicy");
        if (preemption.present()) {
            faults.oneOf(preemption, List.of("PreemptLowerPriority", "Never"));
        }
    }

    private static void subdomain(Field name, Faults faults) {
        if (!name.isBlank()) {
            faults.invalidText(name, ObjectNames.dns1123Subdomain(name.text(), false));
        }
    }

    private static void label(Field name, Faults faults) {
        if (!name.isBlank()) {
            faults.invalidText(name, ObjectNames.dns1123Label(name.text(), false));
        }
    }

    private static Set<String> resourceClaims(Field claims, Faults faults) {
        Set<String> names = new HashSet<>();
        for (Field claim : claims.items()) {
            Field name = claim.child("name");
            if (name.isBlank()) {
                faults.required(name);
            } else if (!names.add(name.text())) {
                faults.duplicate(name, name.text());
            } else {
                label(name, faults);
            }
            subdomain(claim.child("resourceClaimName"), faults);
            subdomain(claim.child("resourceClaimTemplateName"), faults);
        }
        return names;
    }

    private void hostNetworkPorts(Field spec, Faults faults) {
        if (!spec.child("hostNetwork").isTrue()) {
            return;
        }
        for (Field container : spec.child("containers").items()) {
            for (Field port : container.child("ports").items()) {
                long hostPort = port.child("hostPort").number();
                if ((pod || hostPort != 0)
                        && hostPort != port.child("containerPort").number()) {
                    faults.invalid(port.child("hostPort"), "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    private static void dnsConfig(Field spec, Faults faults) {
        Field config = spec.child("dnsConfig");
        Field servers = config.child("nameservers");
        if (spec.text("dnsPolicy").equals("None")) {
            if (!config.present()) {
                faults.required(config, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }
            if (servers.value().isEmpty()) {
                faults.required(servers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }
        tooMany(servers, MAX_NAMESERVERS, "must not have more than " + MAX_NAMESERVERS + " nameservers", faults);
        servers.items().forEach(server -> faults.addAll(FieldRules.ip(server.text(), server.path())));
        Field searches = config.child("searches");
        tooMany(searches, MAX_SEARCH_PATHS, "must not have more than " + MAX_SEARCH_PATHS + " search paths", faults);
        if (String.join(" ", searches.texts()).length() > MAX_SEARCH_CHARACTERS) {
            faults.add(FieldError.invalidGo(
                    searches.path(),
                    GoSyntax.stringList(searches.value()),
                    "must not have more than " + MAX_SEARCH_CHARACTERS
                            + " characters (including spaces) in the search list"));
        }
        for (Field search : searches.items()) {
            String text = search.text().endsWith(".")
                    ? search.text().substring(0, search.text().length() - 1)
                    : search.text();
            ObjectNames.dns1123Subdomain(text, false).forEach(fault -> faults.invalid(search, text, fault));
        }
        for (Field option : config.child("options").items()) {
            if (option.child("name").isBlank()) {
                faults.required(option, "must not be empty");
            }
        }
    }

    private static void tooMany(Field list, int most, String detail, Faults faults) {
        if (list.value().size() > most) {
            faults.add(FieldError.invalidGo(list.path(), GoSyntax.stringList(list.value()), detail));
        }
    }

    private static void schedulingGates(Field gates, Faults faults) {
        Set<String> seen = new HashSet<>();
        for (Field gate : gates.items()) {
            String name = gate.text("name");
            ObjectMetaValidation.qualifiedName(name).forEach(fault -> faults.invalid(gate, name, fault));
            if (!seen.add(name)) {
                faults.duplicate(gate, name);
            }
        }
    }

    private static void operatingSystem(Field os, Faults faults) {
        if (!os.present()) {
            return;
        }
        if (os.child("name").isBlank()) {
            faults.required(os.child("name"), "cannot be empty");
        } else if (!List.of("linux", "windows").contains(os.text("name"))) {
            faults.add(FieldError.notSupported(os.path(), os.text("name"), List.of("linux", "windows")));
        }
    }

    /**
     * What a container's rules must know of its pod.
     *
     * @param volumes the well-formed volumes by name
     * @param claims names of resource claims
     * @param gracePeriodSeconds of the pod's termination
     * @param hostUsers false if the pod has a user namespace of its own
     */
    record ContainerScope(
            Map<String, JsonNode> volumes,
            Set<String> claims,
            String restartPolicy,
            long gracePeriodSeconds,
            boolean hostUsers) {
        ContainerScope {
            volumes = Map.copyOf(new HashMap<>(volumes));
            claims = Set.copyOf(claims);
        }
    }
}
