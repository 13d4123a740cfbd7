package dev.troupe.node.network;

import dev.troupe.model.proxy.Jump;
import dev.troupe.model.proxy.RuleSet;
import java.util.List;
import java.util.Map;

/** The iptables rules that pods need apart from services. */
final class PodNetworkRules {
    private static final String EGRESS = "TROUPE-POD-EGRESS";
    private static final String FORWARD = "TROUPE-POD-FORWARD";

    private PodNetworkRules() {}

    static boolean owns(String chain) {
        return chain.equals(EGRESS) || chain.equals(FORWARD);
    }

    static List<RuleSet> of(PodNetworkSettings settings) {
        // Beyond the cluster nobody knows a way back to a pod's address; multicast is left as it is.
        RuleSet nat = new RuleSet(
                "nat",
                Map.of(
                        EGRESS,
                        List.of(
                                "-d 224.0.0.0/4 -j RETURN",
                                "-s " + settings.podCidr() + " ! -d " + settings.clusterCidr()
                                        + " -m comment --comment \"pod egress\" -j MASQUERADE --random-fully")),
                List.of(Jump.last("POSTROUTING", "-m comment --comment \"pod egress\" -j " + EGRESS)));
        // Where the policy of FORWARD is DROP, as Docker sets it. Last, so that all rules that refuse come first.
        RuleSet filter = new RuleSet(
                "filter",
                Map.of(
                        FORWARD,
                        List.of(
                                "-s " + settings.clusterCidr() + " -j ACCEPT",
                                "-d " + settings.clusterCidr() + " -j ACCEPT")),
                List.of(Jump.last("FORWARD", "-m comment --comment \"pod traffic\" -j " + FORWARD)));
        return List.of(nat, filter);
    }
}
