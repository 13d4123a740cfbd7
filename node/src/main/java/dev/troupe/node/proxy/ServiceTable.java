package dev.troupe.node.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.proxy.ProxyRules;
import dev.troupe.model.proxy.ProxySettings;
import dev.troupe.model.proxy.RuleSet;
import dev.troupe.model.proxy.ServicePort;
import dev.troupe.model.proxy.ServicePorts;
import dev.troupe.model.proxy.ServiceRules;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.reflect.ServiceIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The services as last heard, and the rules of each, made again only when it changes. For one thread. */
final class ServiceTable {
    private static final int DNS_PORT = 53;

    /** What iptables shall hold, and the services it was made of. */
    record ProxyPlan(List<RuleSet> tables, List<ServicePort> ports) {}

    private record Served(List<ServicePort> ports, List<ServiceRules> rules) {}

    private final ProxySettings settings;
    private final String nodeName;
    private final Optional<DnsListener> dns;
    private final ServiceIndex index = new ServiceIndex();
    private final Map<NamespacedName, Served> served = new TreeMap<>();

    ServiceTable(ProxySettings settings, String nodeName, Optional<DnsListener> dns) {
        this.settings = settings;
        this.nodeName = nodeName;
        this.dns = dns;
    }

    /** Whether both resources have been heard of: before, a plan would cut off what works. */
    boolean isComplete() {
        return index.isComplete();
    }

    void services(Reflection reflection) {
        index.services(reflection);
    }

    void slices(Reflection reflection) {
        index.slices(reflection);
    }

    /** What shall be, as of now. */
    ProxyPlan plan() {
        index.takeChanged().forEach(this::refresh);
        List<ServicePort> ports = new ArrayList<>();
        List<ServiceRules> rules = new ArrayList<>();
        served.values().forEach(service -> {
            ports.addAll(service.ports());
            rules.addAll(service.rules());
        });
        dns.ifPresent(listener -> addDns(listener, ports, rules));
        return new ProxyPlan(List.of(ProxyRules.nat(rules), ProxyRules.filter(rules)), ports);
    }

    private void refresh(NamespacedName name) {
        List<JsonNode> slices = index.slicesOf(name);
        List<ServicePort> ports = index.service(name).stream()
                .flatMap(service -> ServicePorts.of(service.tree(), slices, nodeName).stream())
                .map(this::withDns)
                .toList();
        if (ports.isEmpty()) {
            served.remove(name);
        } else {
            served.put(
                    name,
                    new Served(
                            ports,
                            ports.stream()
                                    .map(port -> ServiceRules.of(port, settings))
                                    .toList()));
        }
    }

    /** The node's own DNS serves the cluster's DNS Service as long as nobody else does. */
    private ServicePort withDns(ServicePort port) {
        if (dns.isEmpty()
                || !port.clusterIp().equals(dns.get().clusterAddress())
                || port.port() != DNS_PORT
                || !port.endpoints().isEmpty()) {
            return port;
        }
        return new ServicePort(
                port.name(),
                port.protocol(),
                port.clusterIp(),
                port.port(),
                port.exposure(),
                port.policy(),
                List.of(endpoint(dns.get())));
    }

    /** Where no Service has the cluster's DNS address, pods get their answers all the same. */
    private void addDns(DnsListener listener, List<ServicePort> ports, List<ServiceRules> rules) {
        if (ports.stream().anyMatch(port -> port.clusterIp().equals(listener.clusterAddress()))) {
            return;
        }
        for (String protocol : List.of("udp", "tcp")) {
            ServicePort port = new ServicePort(
                    "kube-system/kube-dns:" + (protocol.equals("udp") ? "dns" : "dns-tcp"),
                    protocol,
                    listener.clusterAddress(),
                    DNS_PORT,
                    ServicePort.Exposure.NONE,
                    ServicePort.TrafficPolicy.CLUSTER,
                    List.of(endpoint(listener)));
            ports.add(port);
            rules.add(ServiceRules.of(port, settings));
        }
    }

    private static ServicePort.Endpoint endpoint(DnsListener listener) {
        return new ServicePort.Endpoint(listener.address(), listener.port(), true, true);
    }
}
