package dev.troupe.model.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rule sets that kube-proxy in iptables mode would program for the same services. Pure. */
public final class ProxyRules {
    /** The mark of packets whose source must be translated; kube-proxy's own bit 14. */
    private static final String MASQUERADE_MARK = "0x4000";

    private static final String SERVICES = "KUBE-SERVICES";
    private static final String NODE_PORTS = "KUBE-NODEPORTS";
    private static final String MARK_MASQUERADE = "KUBE-MARK-MASQ";
    private static final String POSTROUTING = "KUBE-POSTROUTING";
    private static final String EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES";
    private static final String FORWARD = "KUBE-FORWARD";
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private ProxyRules() {}

    /** A jump from one of the kernel's chains into one of ours, in the words of {@code iptables -S}. */
    public record Jump(String table, String chain, String rule) {}

    /** The jumps that must stand first in the kernel's chains. */
    public static List<Jump> jumps() {
        String portals = "-m comment --comment \"kubernetes service portals\" -j " + SERVICES;
        String newPortals = "-m conntrack --ctstate NEW -m comment --comment \"kubernetes service portals\" -j ";
        String external =
                "-m conntrack --ctstate NEW -m comment --comment \"kubernetes externally-visible service portals\" -j "
                        + EXTERNAL_SERVICES;
        return List.of(
                new Jump("nat", "PREROUTING", portals),
                new Jump("nat", "OUTPUT", portals),
                new Jump(
                        "nat",
                        "POSTROUTING",
                        "-m comment --comment \"kubernetes postrouting rules\" -j " + POSTROUTING),
                new Jump("filter", "INPUT", external),
                new Jump("filter", "FORWARD", newPortals + SERVICES),
                new Jump("filter", "FORWARD", external),
                new Jump("filter", "FORWARD", "-m comment --comment \"kubernetes forwarding rules\" -j " + FORWARD),
                new Jump("filter", "OUTPUT", newPortals + SERVICES));
    }

    /**
     * The nat table: from virtual address to endpoint, and which sources to translate.
     *
     * @param clusterCidr addresses of pods: traffic to a cluster IP from elsewhere is masqueraded
     */
    public static RuleSet nat(Collection<ServicePort> ports, String clusterCidr) {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        List<String> services = new ArrayList<>();
        List<String> nodePorts = new ArrayList<>();
        for (ServicePort port : ports) {
            if (!port.endpoints().isEmpty()) {
                addService(chains, services, nodePorts, port, clusterCidr);
            }
        }
        services.add("-m comment --comment \"kubernetes service nodeports; NOTE: this must be the last rule in this"
                + " chain\" -m addrtype --dst-type LOCAL -j " + NODE_PORTS);
        chains.put(MARK_MASQUERADE, List.of("-j MARK --set-xmark " + MASQUERADE_MARK + "/" + MASQUERADE_MARK));
        chains.put(NODE_PORTS, nodePorts);
        chains.put(
                POSTROUTING,
                List.of(
                        "-m mark ! --mark " + MASQUERADE_MARK + "/" + MASQUERADE_MARK + " -j RETURN",
                        "-j MARK --set-xmark " + MASQUERADE_MARK + "/0x0",
                        "-m comment --comment \"kubernetes service traffic requiring SNAT\" -j MASQUERADE"
                                + " --random-fully"));
        chains.put(SERVICES, services);
        return new RuleSet("nat", chains);
    }

    private static void addService(
            Map<String, List<String>> chains,
            List<String> services,
            List<String> nodePorts,
            ServicePort port,
            String clusterCidr) {
        String serviceChain = "KUBE-SVC-" + hash(port.name() + port.protocol());
        String externalChain = "KUBE-EXT-" + hash(port.name() + port.protocol());
        String toClusterIp = destination(port.clusterIp(), port)
                + comment(port.name() + " cluster IP")
                + matchPort(port.protocol(), port.port());
        services.add(toClusterIp + " -j " + serviceChain);
        List<String> rules = new ArrayList<>();
        rules.add("! -s " + clusterCidr + " " + toClusterIp + " -j " + MARK_MASQUERADE);
        addEndpoints(chains, rules, port);
        chains.put(serviceChain, rules);
        if (port.nodePort() != 0 || !port.externalIps().isEmpty()) {
            chains.put(
                    externalChain,
                    List.of(
                            comment("masquerade traffic for " + port.name() + " external destinations")
                                            .strip() + " -j " + MARK_MASQUERADE,
                            "-j " + serviceChain));
        }
        for (String address : port.externalIps()) {
            services.add(destination(address, port) + comment(port.name() + " external IP")
                    + matchPort(port.protocol(), port.port()) + " -j " + externalChain);
        }
        if (port.nodePort() != 0) {
            nodePorts.add("-p " + port.protocol() + comment(port.name()) + matchPort(port.protocol(), port.nodePort())
                    + " -j " + externalChain);
        }
    }

    private static void addEndpoints(Map<String, List<String>> chains, List<String> rules, ServicePort port) {
        List<ServicePort.Endpoint> endpoints = port.endpoints();
        for (ServicePort.Endpoint endpoint : endpoints) {
            if (port.affinitySeconds() > 0) {
                String chain = endpointChain(port, endpoint);
                rules.add(comment(port.name() + " -> " + endpoint).strip() + " -m recent --rcheck --seconds "
                        + port.affinitySeconds() + " --reap --name " + chain + " --mask 255.255.255.255 --rsource -j "
                        + chain);
            }
        }
        for (int i = 0; i < endpoints.size(); i++) {
            ServicePort.Endpoint endpoint = endpoints.get(i);
            String chain = endpointChain(port, endpoint);
            int left = endpoints.size() - i;
            // Each of n endpoints gets 1/n: the first with 1/n, the next with 1/(n-1) of the rest, and so on.
            String chance = left == 1
                    ? ""
                    : " -m statistic --mode random --probability " + String.format(Locale.ROOT, "%.10f", 1.0 / left);
            rules.add(comment(port.name() + " -> " + endpoint).strip() + chance + " -j " + chain);
            String remember = port.affinitySeconds() > 0
                    ? " -m recent --set --name " + chain + " --mask 255.255.255.255 --rsource"
                    : "";
            chains.put(
                    chain,
                    List.of(
                            "-s " + endpoint.address() + "/32" + comment(port.name()) + " -j " + MARK_MASQUERADE,
                            "-p " + port.protocol() + comment(port.name()) + remember + " -m " + port.protocol()
                                    + " -j DNAT --to-destination " + endpoint));
        }
    }

    /** The filter table: refuse at once what has no endpoint, let through what was translated. */
    public static RuleSet filter(Collection<ServicePort> ports) {
        List<String> services = new ArrayList<>();
        List<String> external = new ArrayList<>();
        for (ServicePort port : ports) {
            if (!port.endpoints().isEmpty()) {
                continue;
            }
            String why = comment(port.name() + " has no endpoints");
            String reject = " -j REJECT --reject-with icmp-port-unreachable";
            services.add(destination(port.clusterIp(), port) + why + matchPort(port.protocol(), port.port()) + reject);
            for (String address : port.externalIps()) {
                external.add(destination(address, port) + why + matchPort(port.protocol(), port.port()) + reject);
            }
            if (port.nodePort() != 0) {
                external.add("-p " + port.protocol() + why + " -m addrtype --dst-type LOCAL"
                        + matchPort(port.protocol(), port.nodePort()) + reject);
            }
        }
        Map<String, List<String>> chains = new LinkedHashMap<>();
        chains.put(EXTERNAL_SERVICES, external);
        chains.put(
                FORWARD,
                List.of(
                        "-m conntrack --ctstate INVALID -j DROP",
                        "-m comment --comment \"kubernetes forwarding rules\" -m mark --mark " + MASQUERADE_MARK + "/"
                                + MASQUERADE_MARK + " -j ACCEPT",
                        "-m comment --comment \"kubernetes forwarding conntrack rule\" -m conntrack --ctstate"
                                + " RELATED,ESTABLISHED -j ACCEPT"));
        chains.put(SERVICES, services);
        return new RuleSet("filter", chains);
    }

    private static String destination(String address, ServicePort port) {
        return "-d " + address + "/32 -p " + port.protocol();
    }

    private static String comment(String text) {
        return " -m comment --comment " + (text.contains(" ") ? "\"" + text + "\"" : text);
    }

    private static String matchPort(String protocol, int port) {
        return " -m " + protocol + " --dport " + port;
    }

    private static String endpointChain(ServicePort port, ServicePort.Endpoint endpoint) {
        return "KUBE-SEP-" + hash(port.name() + port.protocol() + endpoint);
    }

    /** Sixteen characters of base 32 of the SHA-256, as kube-proxy names its chains. */
    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            StringBuilder name = new StringBuilder(16);
            for (int bit = 0; bit < 80; bit += 5) {
                int value = 0;
                for (int i = bit; i < bit + 5; i++) {
                    value = value << 1 | (digest[i / 8] >> (7 - i % 8) & 1);
                }
                name.append(BASE32.charAt(value));
            }
            return name.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
