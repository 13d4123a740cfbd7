package dev.troupe.node.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.proxy.ProxyRules;
import dev.troupe.model.proxy.ProxySettings;
import dev.troupe.model.proxy.RuleSet;
import dev.troupe.model.proxy.ServicePort;
import dev.troupe.model.proxy.ServicePorts;
import dev.troupe.model.proxy.ServiceRules;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.reflect.Reflection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Services with their EndpointSlices as last heard, and the rules of each, made again only when it changes. For one
 * thread.
 */
final class ServiceTable {
    /** The label that ties an EndpointSlice to its Service. */
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private static final int DNS_PORT = 53;

    /** What iptables shall hold, and the services it was made of. */
    record ProxyPlan(List<RuleSet> tables, List<ServicePort> ports) {}

    private record Served(List<ServicePort> ports, List<ServiceRules> rules) {}

    private final ProxySettings settings;
    private final String nodeName;
    private final Optional<DnsListener> dns;
    private final Map<NamespacedName, StoredObject> services = new HashMap<>();
    private final Map<NamespacedName, Map<String, StoredObject>> slices = new HashMap<>();
    private final Map<NamespacedName, NamespacedName> serviceOfSlice = new HashMap<>();
    private final Map<NamespacedName, Served> served = new TreeMap<>();
    private final Set<NamespacedName> stale = new HashSet<>();
    private boolean servicesKnown;
    private boolean slicesKnown;

    ServiceTable(ProxySettings settings, String nodeName, Optional<DnsListener> dns) {
        this.settings = settings;
        this.nodeName = nodeName;
        this.dns = dns;
    }

    /** Whether both resources have been heard of: before, a plan would cut off what works. */
    boolean isComplete() {
        return servicesKnown && slicesKnown;
    }

    void services(Reflection reflection) {
        switch (reflection) {
            case Reflection.Replaced replaced -> {
                stale.addAll(services.keySet());
                services.clear();
                services.putAll(replaced.objects());
                stale.addAll(services.keySet());
                servicesKnown = true;
            }
            case Reflection.Changed changed ->
                changed.changes().forEach(change -> {
                    NamespacedName name = change.object().name();
                    switch (change) {
                        case Reflection.Change.Set set -> services.put(name, set.object());
                        case Reflection.Change.Removed removed -> services.remove(name);
                    }
                    stale.add(name);
                });
        }
    }

    void slices(Reflection reflection) {
        switch (reflection) {
            case Reflection.Replaced replaced -> {
                stale.addAll(slices.keySet());
                slices.clear();
                serviceOfSlice.clear();
                replaced.objects().values().forEach(this::setSlice);
                slicesKnown = true;
            }
            case Reflection.Changed changed ->
                changed.changes().forEach(change -> {
                    removeSlice(change.object().name());
                    switch (change) {
                        case Reflection.Change.Set set -> setSlice(set.object());
                        case Reflection.Change.Removed removed -> {}
                    }
                });
        }
    }

    private void setSlice(StoredObject slice) {
        String service = slice.meta().labels().getOrDefault(SERVICE_NAME, "");
        if (!service.isEmpty()) {
            NamespacedName owner = new NamespacedName(slice.meta().namespace(), service);
            slices.computeIfAbsent(owner, name -> new TreeMap<>())
                    .put(slice.meta().name(), slice);
            serviceOfSlice.put(slice.name(), owner);
            stale.add(owner);
        }
    }

    private void removeSlice(NamespacedName slice) {
        NamespacedName owner = serviceOfSlice.remove(slice);
        if (owner != null) {
            Map<String, StoredObject> others = slices.getOrDefault(owner, Map.of());
            others.remove(slice.name());
            if (others.isEmpty()) {
                slices.remove(owner);
            }
            stale.add(owner);
        }
    }

    /** What shall be, as of now. */
    ProxyPlan plan() {
        stale.forEach(this::refresh);
        stale.clear();
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
        StoredObject service = services.get(name);
        if (service == null) {
            served.remove(name);
            return;
        }
        List<JsonNode> trees = slices.getOrDefault(name, Map.of()).values().stream()
                .map(StoredObject::tree)
                .toList();
        List<ServicePort> ports = ServicePorts.of(service.tree(), trees, nodeName).stream()
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
