package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.kind.validation.IpAddresses;
import dev.troupe.model.kind.validation.PortRules;
import dev.troupe.model.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules for services, in Kubernetes' order. Addresses' and ports' ranges are the allocation's business. */
final class ServiceValidation {
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> AFFINITIES = List.of("ClientIP", "None");
    private static final List<String> TRAFFIC_POLICIES = List.of("Cluster", "Local");
    private static final List<String> IP_MODES = List.of("Proxy", "VIP");
    private static final int KUBELET_PORT = 10250;
    private static final int MAX_AFFINITY_SECONDS = 86_400;

    private ServiceValidation() {}

    static List<FieldError> create(JsonNode service) {
        Faults faults = new Faults();
        Field spec = new Field("spec", service.path("spec"));
        boolean headless = Services.isHeadless(service);
        if (spec.child("ports").items().isEmpty() && !headless && !Services.isExternalName(service)) {
            faults.required(spec.child("ports"));
        }
        typeRules(service, spec, headless, faults);
        ports(spec, faults);
        if (spec.child("selector").present()) {
            faults.labels(spec.child("selector"));
        }
        affinity(spec, faults);
        ServiceAddressValidation.check(service, spec, faults);
        for (Field address : spec.child("externalIPs").items()) {
            List<FieldError> malformed = FieldRules.ip(address.text(), address.path());
            faults.addAll(malformed.isEmpty() ? FieldRules.nonSpecialIp(address.text(), address.path()) : malformed);
        }
        if (!TYPES.contains(Services.type(service))) {
            faults.notSupported(spec.child("type"), TYPES);
        }
        nodePorts(service, spec, faults);
        duplicatePorts(spec, faults);
        loadBalancer(service, spec, faults);
        traffic(service, spec, faults);
        return faults.list();
    }

    private static void typeRules(JsonNode service, Field spec, boolean headless, Faults faults) {
        Field first =
                new Field("spec.clusterIPs[0]", spec.child("clusterIPs").value().path(0));
        switch (Services.type(service)) {
            case "LoadBalancer" -> {
                for (Field port : spec.child("ports").items()) {
                    if (port.child("port").number() == KUBELET_PORT) {
                        faults.add(FieldError.invalid(
                                port.path(),
                                KUBELET_PORT,
                                "may not expose port " + KUBELET_PORT + " externally since it is used by kubelet"));
                    }
                }
                if (headless) {
                    faults.invalid(first, "may not be set to 'None' for LoadBalancer services");
                }
            }
            case "NodePort" -> {
                if (headless) {
                    faults.invalid(first, "may not be set to 'None' for NodePort services");
                }
            }
            case "ExternalName" -> externalName(spec, faults);
            default -> {
                // ClusterIP has no rules of its own here; another type is reported further on.
            }
        }
    }

    private static void externalName(Field spec, Faults faults) {
        for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            if (spec.child(field).present()) {
                faults.forbidden(spec.child(field), "may not be set for ExternalName services");
            }
        }
        String name = spec.text("externalName");
        String undotted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (undotted.isEmpty()) {
            faults.required(spec.child("externalName"));
        } else {
            faults.addAll(FieldRules.dns1123Subdomain(undotted, "spec.externalName"));
        }
    }

    private static void ports(Field spec, Faults faults) {
        List<Field> ports = spec.child("ports").items();
        Set<String> names = new HashSet<>();
        for (Field port : ports) {
            faults.addAll(PortRules.name(port.value(), ports.size() > 1, port.path()));
            if (!port.text("name").isEmpty() && !names.add(port.text("name"))) {
                faults.duplicate(port.child("name"), port.text("name"));
            }
            faults.port(port.child("port"));
            faults.addAll(PortRules.protocol(port.value(), port.path()));
            faults.addAll(FieldRules.portOrName(port.child("targetPort").value(), port.path() + ".targetPort"));
            faults.addAll(PortRules.appProtocol(port.value(), port.path()));
        }
    }

    private static void affinity(Field spec, Faults faults) {
        faults.oneOf(spec.child("sessionAffinity"), AFFINITIES);
        Field config = spec.child("sessionAffinityConfig");
        if (spec.text("sessionAffinity").equals("ClientIP")) {
            long seconds = config.child("clientIP").child("timeoutSeconds").number();
            if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS) {
                faults.add(FieldError.invalid(
                        "sessionAffinityConfig.clientIP.timeoutSeconds",
                        seconds,
                        "must be greater than 0 and less than " + MAX_AFFINITY_SECONDS));
            }
        } else if (spec.text("sessionAffinity").equals("None") && config.present()) {
            faults.forbidden(config, "must not be set when session affinity is None");
        }
    }

    private static void nodePorts(JsonNode service, Field spec, Faults faults) {
        Set<String> seen = new HashSet<>();
        for (Field port : spec.child("ports").items()) {
            if (port.child("nodePort").number() != 0 && Services.type(service).equals("ClusterIP")) {
                faults.forbidden(port.child("nodePort"), "may not be used when `type` is 'ClusterIP'");
            }
        }
        for (Field port : spec.child("ports").items()) {
            long number = port.child("nodePort").number();
            if (number != 0 && !seen.add(port.text("protocol") + "/" + number)) {
                faults.add(FieldError.duplicateGo(port.path() + ".nodePort", Long.toString(number), ""));
            }
        }
    }

    private static void duplicatePorts(Field spec, Faults faults) {
        Set<String> seen = new HashSet<>();
        for (Field port : spec.child("ports").items()) {
            long number = port.child("port").number();
            if (!seen.add(port.text("protocol") + "/" + number)) {
                faults.add(FieldError.duplicateGo(
                        port.path(),
                        "core.ServicePort{Name:\"\", Protocol:" + GoSyntax.quoted(port.text("protocol"))
                                + ", AppProtocol:(*string)(nil), Port:" + number
                                + ", TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}",
                        ""));
            }
        }
    }

    private static void loadBalancer(JsonNode service, Field spec, Faults faults) {
        if (Services.isLoadBalancer(service)) {
            return;
        }
        if (spec.child("allocateLoadBalancerNodePorts").present()) {
            faults.forbidden(
                    spec.child("allocateLoadBalancerNodePorts"), "may only be used when `type` is 'LoadBalancer'");
        }
        if (spec.child("loadBalancerClass").present()) {
            faults.forbidden(spec.child("loadBalancerClass"), "may only be used when `type` is 'LoadBalancer'");
        }
        if (!spec.child("loadBalancerSourceRanges").items().isEmpty()) {
            faults.forbidden(spec.child("LoadBalancerSourceRanges"), "may only be used when `type` is 'LoadBalancer'");
        }
    }

    private static void traffic(JsonNode service, Field spec, Faults faults) {
        Field external = spec.child("externalTrafficPolicy");
        if (Services.isExternallyAccessible(service)) {
            faults.oneOf(external, TRAFFIC_POLICIES);
        } else if (!external.isBlank()) {
            faults.invalid(external, "may only be set for externally-accessible services");
        }
        if (!Services.needsHealthCheckNodePort(service)
                && spec.child("healthCheckNodePort").number() != 0) {
            faults.invalid(
                    spec.child("healthCheckNodePort"),
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
        Field internal = spec.child("internalTrafficPolicy");
        if (!internal.isBlank() && !TRAFFIC_POLICIES.contains(internal.text())) {
            faults.notSupported(internal, TRAFFIC_POLICIES);
        }
    }

    static List<FieldError> status(JsonNode service) {
        Faults faults = new Faults();
        Field ingress = new Field(
                "status.loadBalancer.ingress",
                service.path("status").path("loadBalancer").path("ingress"));
        if (!Services.isLoadBalancer(service) && !ingress.items().isEmpty()) {
            faults.forbidden(ingress, "may only be used when `spec.type` is LoadBalancer");
            return faults.list();
        }
        for (Field point : ingress.items()) {
            Field ip = point.child("ip");
            Field mode = point.child("ipMode");
            if (!ip.isBlank()) {
                faults.addAll(FieldRules.ip(ip.text(), ip.path()));
            } else if (mode.present()) {
                faults.forbidden(mode, "may not be specified when `ip` is not set");
            }
            if (mode.present() && !IP_MODES.contains(mode.text())) {
                faults.notSupported(mode, IP_MODES);
            }
            Field hostname = point.child("hostname");
            if (!hostname.isBlank()) {
                faults.addAll(FieldRules.dns1123Subdomain(hostname.text(), hostname.path()));
                if (IpAddresses.parse(hostname.text()).isPresent()) {
                    faults.invalid(hostname, "must be a DNS name, not an IP address");
                }
            }
        }
        return faults.list();
    }

    static List<FieldError> update(JsonNode service, JsonNode old) {
        Faults faults = new Faults();
        ServiceAddressValidation.kept(service, old, faults);
        if (Services.isLoadBalancer(service)
                && Services.isLoadBalancer(old)
                && !Json.text(service, "spec", "loadBalancerClass")
                        .equals(Json.text(old, "spec", "loadBalancerClass"))) {
            faults.invalid(
                    new Field("spec.loadBalancerClass", service.path("spec").path("loadBalancerClass")),
                    "may not change once set");
        }
        faults.addAll(create(service));
        return faults.list();
    }
}
