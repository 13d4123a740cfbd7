package dev.troupe.model.proxy;

import static dev.troupe.model.proxy.RuleText.comment;
import static dev.troupe.model.proxy.RuleText.toAddress;
import static dev.troupe.model.proxy.RuleText.toPort;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of one port of one Service: made once a version of the service, joined with all others' by
 * {@link ProxyRules}. The comments in the code name the kube-proxy chain that each part stands for.
 */
public final class ServiceRules {
    static final String MARK_MASQUERADE = "KUBE-MARK-MASQ";

    private static final String REJECT = " -j REJECT --reject-with icmp-port-unreachable";
    private static final String DROP = " -j DROP";

    /** Rules of the chains that all services share, in order. */
    final List<String> natServices = new ArrayList<>();

    final List<String> natNodePorts = new ArrayList<>();
    final List<String> filterServices = new ArrayList<>();
    final List<String> filterExternal = new ArrayList<>();
    final List<String> filterFirewall = new ArrayList<>();

    /** Chains of the nat table that are this port's own. */
    final Map<String, List<String>> chains = new LinkedHashMap<>();

    private final ServicePort port;
    private final ProxySettings settings;
    private final String clusterPolicyChain;
    private final String localPolicyChain;
    private final String externalChain;
    private final String firewallChain;

    private ServiceRules(ServicePort port, ProxySettings settings) {
        this.port = port;
        this.settings = settings;
        String hash = RuleText.hash(port.name() + port.protocol());
        this.clusterPolicyChain = "KUBE-SVC-" + hash;
        this.localPolicyChain = "KUBE-SVL-" + hash;
        this.externalChain = "KUBE-EXT-" + hash;
        this.firewallChain = "KUBE-FW-" + hash;
    }

    public static ServiceRules of(ServicePort port, ProxySettings settings) {
        ServiceRules rules = new ServiceRules(port, settings);
        if (port.endpoints().isEmpty()) {
            rules.refuseAll();
        } else {
            rules.serve();
        }
        // From here on the same lists are shared by every plan, which tells at a glance that nothing changed.
        rules.chains.replaceAll((chain, lines) -> List.copyOf(lines));
        return rules;
    }

    /** Nothing serves: the client hears so at once, wherever it calls. */
    private void refuseAll() {
        String why = port.name() + " has no endpoints";
        filterServices.add(toAddress(port.clusterIp(), port, why) + REJECT);
        refuseExternal(why, REJECT);
    }

    private void refuseExternal(String why, String verdict) {
        port.exposure().externalIps().forEach(address -> filterExternal.add(toAddress(address, port, why) + verdict));
        port.exposure()
                .loadBalancerIps()
                .forEach(address -> filterExternal.add(toAddress(address, port, why) + verdict));
        if (port.exposure().nodePort() != 0) {
            filterExternal.add("-p " + port.protocol() + " " + comment(why) + " -m addrtype --dst-type LOCAL"
                    + toPort(port, port.exposure().nodePort()) + verdict);
        }
    }

    private void serve() {
        List<ServicePort.Endpoint> local = port.localEndpoints();
        String noLocal = port.name() + " has no local endpoints";
        serveInternal(local, noLocal);
        if (port.exposure().isExternal()) {
            boolean hasExternal = !port.policy().externalLocal() || !local.isEmpty();
            if (!hasExternal) {
                // Dropped, not refused: a load balancer then tries another node.
                refuseExternal(noLocal, DROP);
            }
            captureExternal();
            addExternalChain(hasExternal);
        }
        addPolicyChain(clusterPolicyChain, port.clusterEndpoints());
        addPolicyChain(localPolicyChain, local);
        port.clusterEndpoints().forEach(this::addEndpointChain);
        local.forEach(this::addEndpointChain);
    }

    private void serveInternal(List<ServicePort.Endpoint> local, String noLocal) {
        if (port.policy().internalLocal() && local.isEmpty()) {
            filterServices.add(toAddress(port.clusterIp(), port, noLocal) + DROP);
            return;
        }
        String policyChain = port.policy().internalLocal() ? localPolicyChain : clusterPolicyChain;
        String toClusterIp = toAddress(port.clusterIp(), port, port.name() + " cluster IP");
        natServices.add(toClusterIp + " -j " + policyChain);
        // Who is no pod would not get the answer back through this node.
        chains.computeIfAbsent(policyChain, chain -> new ArrayList<>())
                .add("! -s " + settings.clusterCidr() + " " + toClusterIp + " -j " + MARK_MASQUERADE);
    }

    private void captureExternal() {
        ServicePort.Exposure exposure = port.exposure();
        for (String address : exposure.externalIps()) {
            natServices.add(toAddress(address, port, port.name() + " external IP") + " -j " + externalChain);
        }
        boolean guarded = !exposure.loadBalancerSources().isEmpty();
        for (String address : exposure.loadBalancerIps()) {
            natServices.add(toAddress(address, port, port.name() + " loadbalancer IP") + " -j "
                    + (guarded ? firewallChain : externalChain));
            if (guarded) {
                filterFirewall.add(
                        toAddress(address, port, port.name() + " traffic not accepted by " + firewallChain) + DROP);
            }
        }
        if (guarded && !exposure.loadBalancerIps().isEmpty()) {
            addFirewallChain();
        }
        if (exposure.nodePort() != 0) {
            natNodePorts.add("-p " + port.protocol() + " " + comment(port.name()) + toPort(port, exposure.nodePort())
                    + " -j " + externalChain);
        }
    }

    /** KUBE-EXT: what every external address has in common, before the policy chooses the endpoints. */
    private void addExternalChain(boolean hasExternal) {
        String suffix = " for " + port.name() + " external destinations";
        List<String> rules = new ArrayList<>();
        if (port.policy().externalLocal()) {
            // A client on this node takes a short cut to any endpoint, as if it had gone out and come in elsewhere.
            String fromHere = " -m addrtype --src-type LOCAL -j ";
            rules.add("-s " + settings.clusterCidr() + " " + comment("pod traffic" + suffix) + " -j "
                    + clusterPolicyChain);
            rules.add(comment("masquerade LOCAL traffic" + suffix) + fromHere + MARK_MASQUERADE);
            rules.add(comment("route LOCAL traffic" + suffix) + fromHere + clusterPolicyChain);
            if (hasExternal) {
                rules.add("-j " + localPolicyChain);
            }
        } else {
            rules.add(comment("masquerade traffic" + suffix) + " -j " + MARK_MASQUERADE);
            rules.add("-j " + clusterPolicyChain);
        }
        chains.put(externalChain, rules);
    }

    /** KUBE-FW: only some sources may use the load balancer; the rest falls through to KUBE-PROXY-FIREWALL. */
    private void addFirewallChain() {
        List<String> rules = new ArrayList<>();
        String why = comment(port.name() + " loadbalancer IP") + " -j " + externalChain;
        boolean fromThisNode = false;
        for (String range : port.exposure().loadBalancerSources()) {
            rules.add(RuleText.from(range) + why);
            fromThisNode |= Ipv4.contains(range, settings.nodeAddress());
        }
        if (fromThisNode) {
            // Where the address is bound on the node too, the node's own packets bear it as their source.
            port.exposure().loadBalancerIps().forEach(address -> rules.add("-s " + address + "/32 " + why));
        }
        rules.add(comment("other traffic to " + port.name() + " will be dropped by KUBE-PROXY-FIREWALL"));
        chains.put(firewallChain, rules);
    }

    /** KUBE-SVC or KUBE-SVL: picks an endpoint. */
    private void addPolicyChain(String chain, List<ServicePort.Endpoint> endpoints) {
        if (endpoints.isEmpty()) {
            return;
        }
        List<String> rules = chains.computeIfAbsent(chain, name -> new ArrayList<>());
        if (port.policy().affinitySeconds() > 0) {
            for (ServicePort.Endpoint endpoint : endpoints) {
                String endpointChain = endpointChain(endpoint);
                rules.add(comment(port.name() + " -> " + endpoint) + " -m recent --rcheck --seconds "
                        + port.policy().affinitySeconds() + " --reap --name " + endpointChain
                        + " --mask 255.255.255.255 --rsource -j " + endpointChain);
            }
        }
        for (int i = 0; i < endpoints.size(); i++) {
            // Each of n endpoints gets 1/n: the first with 1/n, the next with 1/(n-1) of the rest, and so on.
            int left = endpoints.size() - i;
            rules.add(comment(port.name() + " -> " + endpoints.get(i)) + (left == 1 ? "" : RuleText.oneIn(left))
                    + " -j " + endpointChain(endpoints.get(i)));
        }
    }

    /** KUBE-SEP: to one endpoint. */
    private void addEndpointChain(ServicePort.Endpoint endpoint) {
        String chain = endpointChain(endpoint);
        String remember = port.policy().affinitySeconds() > 0
                ? " -m recent --set --name " + chain + " --mask 255.255.255.255 --rsource"
                : "";
        chains.put(
                chain,
                List.of(
                        // A pod that meets itself must take the answer for another's.
                        "-s " + endpoint.address() + "/32 " + comment(port.name()) + " -j " + MARK_MASQUERADE,
                        "-p " + port.protocol() + " " + comment(port.name()) + remember + " -m " + port.protocol()
                                + " -j DNAT --to-destination " + endpoint));
    }

    private String endpointChain(ServicePort.Endpoint endpoint) {
        return "KUBE-SEP-" + RuleText.hash(port.name() + port.protocol() + endpoint);
    }
}
