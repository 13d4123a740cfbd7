package dev.troupe.model.proxy;

import static dev.troupe.model.proxy.RuleText.comment;
import static dev.troupe.model.proxy.ServiceRules.MARK_MASQUERADE;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rule sets that kube-proxy in iptables mode would program for the same services. Pure. */
public final class ProxyRules {
    /** The mark of packets whose source must be translated; kube-proxy's own bit 14. */
    private static final String MASQUERADE_MARK = "0x4000";

    private static final String SERVICES = "KUBE-SERVICES";
    private static final String NODE_PORTS = "KUBE-NODEPORTS";
    private static final String POSTROUTING = "KUBE-POSTROUTING";
    private static final String EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES";
    private static final String PROXY_FIREWALL = "KUBE-PROXY-FIREWALL";
    private static final String FIREWALL = "KUBE-FIREWALL";
    private static final String FORWARD = "KUBE-FORWARD";

    /** The chain that tells, cheaply to ask, that somebody flushed a table. */
    public static final String CANARY = "KUBE-PROXY-CANARY";

    private static final String NEW = "-m conntrack --ctstate NEW ";

    private ProxyRules() {}

    /** Whether a chain is the proxy's to write and remove, as against kubelet's, Docker's or a person's. */
    public static boolean owns(String chain) {
        return Set.of(
                                SERVICES,
                                NODE_PORTS,
                                MARK_MASQUERADE,
                                POSTROUTING,
                                EXTERNAL_SERVICES,
                                PROXY_FIREWALL,
                                FIREWALL,
                                FORWARD,
                                CANARY)
                        .contains(chain)
                || chain.startsWith("KUBE-SVC-")
                || chain.startsWith("KUBE-SVL-")
                || chain.startsWith("KUBE-SEP-")
                || chain.startsWith("KUBE-EXT-")
                || chain.startsWith("KUBE-FW-");
    }

    /** Both tables for these services. */
    public static List<RuleSet> of(Collection<ServicePort> ports, ProxySettings settings) {
        List<ServiceRules> services =
                ports.stream().map(port -> ServiceRules.of(port, settings)).toList();
        return List.of(nat(services), filter(services));
    }

    /** The nat table: from virtual address to endpoint, and which sources to translate. */
    public static RuleSet nat(Collection<ServiceRules> services) {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        List<String> portals = new ArrayList<>();
        List<String> nodePorts = new ArrayList<>();
        for (ServiceRules service : services) {
            portals.addAll(service.natServices);
            nodePorts.addAll(service.natNodePorts);
            chains.putAll(service.chains);
        }
        portals.add(comment("kubernetes service nodeports; NOTE: this must be the last rule in this chain")
                + " -m addrtype --dst-type LOCAL -j " + NODE_PORTS);
        chains.put(MARK_MASQUERADE, List.of("-j MARK --set-xmark " + MASQUERADE_MARK + "/" + MASQUERADE_MARK));
        chains.put(
                POSTROUTING,
                List.of(
                        "-m mark ! --mark " + MASQUERADE_MARK + "/" + MASQUERADE_MARK + " -j RETURN",
                        // The mark goes, so that the packet is not masqueraded again on its way.
                        "-j MARK --set-xmark " + MASQUERADE_MARK + "/0x0",
                        comment("kubernetes service traffic requiring SNAT") + " -j MASQUERADE --random-fully"));
        chains.put(NODE_PORTS, nodePorts);
        chains.put(SERVICES, portals);
        chains.put(CANARY, canary());
        String portalsJump = comment("kubernetes service portals") + " -j " + SERVICES;
        return new RuleSet(
                "nat",
                chains,
                List.of(
                        Jump.first("PREROUTING", portalsJump),
                        Jump.first("OUTPUT", portalsJump),
                        Jump.first("POSTROUTING", comment("kubernetes postrouting rules") + " -j " + POSTROUTING)));
    }

    /** The filter table: refuse at once what has no endpoint, let through what was translated. */
    public static RuleSet filter(Collection<ServiceRules> services) {
        List<String> portals = new ArrayList<>();
        List<String> external = new ArrayList<>();
        List<String> firewall = new ArrayList<>();
        for (ServiceRules service : services) {
            portals.addAll(service.filterServices);
            external.addAll(service.filterExternal);
            firewall.addAll(service.filterFirewall);
        }
        Map<String, List<String>> chains = new LinkedHashMap<>();
        chains.put(SERVICES, portals);
        chains.put(EXTERNAL_SERVICES, external);
        chains.put(PROXY_FIREWALL, firewall);
        chains.put(
                FORWARD,
                List.of(
                        "-m conntrack --ctstate INVALID -j DROP",
                        comment("kubernetes forwarding rules") + " -m mark --mark " + MASQUERADE_MARK + "/"
                                + MASQUERADE_MARK + " -j ACCEPT",
                        comment("kubernetes forwarding conntrack rule")
                                + " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
        // CVE-2020-8558: route_localnet, which node ports on 127.0.0.1 need, must not open the loopback to neighbours.
        chains.put(
                FIREWALL,
                List.of("! -s 127.0.0.0/8 -d 127.0.0.0/8 " + comment("block incoming localnet connections")
                        + " -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP"));
        chains.put(CANARY, canary());
        return new RuleSet("filter", chains, filterJumps());
    }

    private static List<Jump> filterJumps() {
        String toExternal = NEW + comment("kubernetes externally-visible service portals") + " -j " + EXTERNAL_SERVICES;
        String toServices = NEW + comment("kubernetes service portals") + " -j " + SERVICES;
        String toLoadBalancerFirewall = NEW + comment("kubernetes load balancer firewall") + " -j " + PROXY_FIREWALL;
        String toFirewall = "-j " + FIREWALL;
        return List.of(
                Jump.first("INPUT", toLoadBalancerFirewall),
                Jump.first("INPUT", toExternal),
                Jump.first("INPUT", toFirewall),
                Jump.first("FORWARD", toLoadBalancerFirewall),
                Jump.first("FORWARD", comment("kubernetes forwarding rules") + " -j " + FORWARD),
                Jump.first("FORWARD", toServices),
                Jump.first("FORWARD", toExternal),
                Jump.first("OUTPUT", toLoadBalancerFirewall),
                Jump.first("OUTPUT", toServices),
                Jump.first("OUTPUT", toFirewall));
    }

    /** One rule, so that a flush of the rules shows as well as a removal of the chain. */
    private static List<String> canary() {
        return List.of(comment("gone when somebody flushed this table") + " -j RETURN");
    }
}
