package dev.troupe.model.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.proxy.ServicePort.Endpoint;
import dev.troupe.model.proxy.ServicePort.Exposure;
import dev.troupe.model.proxy.ServicePort.TrafficPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProxyRulesTest {
    private static final ProxySettings SETTINGS = new ProxySettings("10.244.0.0/16", "10.99.0.11");
    private static final Endpoint HERE = new Endpoint("10.244.1.10", 8080, true, true);
    private static final Endpoint THERE = new Endpoint("10.244.2.10", 8080, false, true);
    private static final Exposure NODE_PORT = new Exposure(30080, List.of(), List.of(), List.of());

    private static ServicePort web(Exposure exposure, TrafficPolicy policy, Endpoint... endpoints) {
        return new ServicePort("default/web:http", "tcp", "10.96.0.20", 80, exposure, policy, List.of(endpoints));
    }

    private static String text(ServicePort... ports) {
        StringBuilder text = new StringBuilder();
        for (RuleSet set : ProxyRules.of(List.of(ports), SETTINGS)) {
            set.chains().forEach((chain, rules) -> {
                if (!isTheSameForAll(set.table(), chain)) {
                    rules.forEach(rule -> text.append(set.table().charAt(0))
                            .append(' ')
                            .append(chain)
                            .append(' ')
                            .append(rule)
                            .append('\n'));
                }
            });
        }
        return text.toString();
    }

    private static boolean isTheSameForAll(String table, String chain) {
        return List.of("KUBE-MARK-MASQ", "KUBE-POSTROUTING", "KUBE-FORWARD", "KUBE-FIREWALL", ProxyRules.CANARY)
                .contains(chain);
    }

    @Test
    void namesChainsAsKubeProxyDoes() {
        Map<String, String> known = Map.of(
                "default/kubernetes:httpstcp", "NPX46M4PTMTKRN6Y",
                "kube-system/kube-dns:dnsudp", "TCOU7JCQXEZGVUNU",
                "kube-system/kube-dns:dns-tcptcp", "ERIFXISQEP7F7OF4",
                "kube-system/kube-dns:metricstcp", "JD5MR3NA4I4DYORP");
        known.forEach((name, hash) -> assertEquals(hash, RuleText.hash(name), name));
    }

    @Test
    void sendsClusterIpAndNodePortToRandomEndpoints() {
        String expected = """
                n KUBE-SVC-WEB ! -s 10.244.0.0/16 -d 10.96.0.20/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
                n KUBE-SVC-WEB -m comment --comment "default/web:http -> 10.244.1.10:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A
                n KUBE-SVC-WEB -m comment --comment "default/web:http -> 10.244.2.10:8080" -j KUBE-SEP-B
                n KUBE-EXT-WEB -m comment --comment "masquerade traffic for default/web:http external destinations" -j KUBE-MARK-MASQ
                n KUBE-EXT-WEB -j KUBE-SVC-WEB
                n KUBE-SEP-A -s 10.244.1.10/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
                n KUBE-SEP-A -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.1.10:8080
                n KUBE-SEP-B -s 10.244.2.10/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
                n KUBE-SEP-B -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.2.10:8080
                n KUBE-NODEPORTS -p tcp -m comment --comment "default/web:http" -m tcp --dport 30080 -j KUBE-EXT-WEB
                n KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-WEB
                n KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
                """;
        assertEquals(expected, shortened(text(web(NODE_PORT, TrafficPolicy.CLUSTER, THERE, HERE))));
    }

    @Test
    void refusesAServiceWithoutEndpointsEverywhere() {
        Exposure exposure =
                new Exposure(30080, List.of("203.0.113.7"), List.of("198.51.100.7"), List.of("192.0.2.0/24"));
        String expected = """
                n KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
                f KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m comment --comment "default/web:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
                f KUBE-EXTERNAL-SERVICES -d 203.0.113.7/32 -p tcp -m comment --comment "default/web:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
                f KUBE-EXTERNAL-SERVICES -d 198.51.100.7/32 -p tcp -m comment --comment "default/web:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
                f KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/web:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30080 -j REJECT --reject-with icmp-port-unreachable
                """;
        assertEquals(expected, text(web(exposure, TrafficPolicy.CLUSTER)));
    }

    @Test
    void keepsClientsOfExternalTrafficPolicyLocalOnThisNode() {
        String expected = """
                n KUBE-EXT-WEB -s 10.244.0.0/16 -m comment --comment "pod traffic for default/web:http external destinations" -j KUBE-SVC-WEB
                n KUBE-EXT-WEB -m comment --comment "masquerade LOCAL traffic for default/web:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
                n KUBE-EXT-WEB -m comment --comment "route LOCAL traffic for default/web:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-WEB
                n KUBE-EXT-WEB -j KUBE-SVL-WEB
                n KUBE-SVL-WEB -m comment --comment "default/web:http -> 10.244.1.10:8080" -j KUBE-SEP-A
                """;
        String all = shortened(text(web(NODE_PORT, new TrafficPolicy(false, true, 0), HERE, THERE)));
        assertEquals(expected, only(all, "KUBE-SVL-", "KUBE-EXT-"));
    }

    @Test
    void dropsOutsideTrafficWhereLocalPolicyFindsNothingHere() {
        String all = text(web(NODE_PORT, new TrafficPolicy(false, true, 0), THERE));
        assertTrue(
                all.contains("f KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment"
                        + " \"default/web:http has no local endpoints\" -m addrtype --dst-type LOCAL -m tcp --dport 30080"
                        + " -j DROP\n"),
                all);
        assertFalse(all.contains("KUBE-SVL-"), all);
        assertTrue(all.contains("\"default/web:http cluster IP\" -m tcp --dport 80 -j KUBE-SVC-"), all);
    }

    @Test
    void servesInternalTrafficPolicyLocalFromThisNodeOrNotAtAll() {
        TrafficPolicy local = new TrafficPolicy(true, false, 0);
        String served = text(web(Exposure.NONE, local, HERE, THERE));
        assertTrue(served.contains("--dport 80 -j KUBE-SVL-"), served);
        assertFalse(served.contains(THERE.address()), served);
        String dropped = text(web(Exposure.NONE, local, THERE));
        assertTrue(dropped.contains("f KUBE-SERVICES -d 10.96.0.20/32"), dropped);
        assertTrue(dropped.contains("has no local endpoints\" -m tcp --dport 80 -j DROP"), dropped);
    }

    @Test
    void fallsBackToTerminatingEndpointsOnlyWhileNoneIsReady() {
        Endpoint leaving = new Endpoint("10.244.1.11", 8080, true, false);
        String both = text(web(Exposure.NONE, TrafficPolicy.CLUSTER, leaving, THERE));
        assertFalse(both.contains(leaving.address()), both);
        String last = text(web(Exposure.NONE, TrafficPolicy.CLUSTER, leaving));
        assertTrue(last.contains("--to-destination 10.244.1.11:8080"), last);
        // With local policy the node's own terminating one is better than none, even if others are ready elsewhere.
        String local = text(web(NODE_PORT, new TrafficPolicy(false, true, 0), leaving, THERE));
        assertTrue(only(local, "KUBE-SVL-").contains("10.244.1.11:8080"), local);
    }

    @Test
    void admitsOnlyTheSourceRangesOfALoadBalancer() {
        Exposure exposure =
                new Exposure(0, List.of(), List.of("198.51.100.7"), List.of("192.0.2.0/24", "10.99.0.0/16"));
        String all = shortened(text(web(exposure, TrafficPolicy.CLUSTER, HERE)));
        String expected = """
                n KUBE-FW-WEB -s 192.0.2.0/24 -m comment --comment "default/web:http loadbalancer IP" -j KUBE-EXT-WEB
                n KUBE-FW-WEB -s 10.99.0.0/16 -m comment --comment "default/web:http loadbalancer IP" -j KUBE-EXT-WEB
                n KUBE-FW-WEB -s 198.51.100.7/32 -m comment --comment "default/web:http loadbalancer IP" -j KUBE-EXT-WEB
                n KUBE-FW-WEB -m comment --comment "other traffic to default/web:http will be dropped by KUBE-PROXY-FIREWALL"
                """;
        assertEquals(expected, only(all, "n KUBE-FW-"));
        assertTrue(all.contains("--dport 80 -j KUBE-FW-WEB"), all);
        assertTrue(
                all.contains("f KUBE-PROXY-FIREWALL -d 198.51.100.7/32 -p tcp -m comment --comment \"default/web:http"
                        + " traffic not accepted by KUBE-FW-WEB\" -m tcp --dport 80 -j DROP\n"),
                all);
    }

    @Test
    void remembersClientsOfASessionAffinity() {
        String all = shortened(text(web(Exposure.NONE, new TrafficPolicy(false, false, 300), HERE, THERE)));
        assertTrue(
                all.contains(
                        "-m comment --comment \"default/web:http -> 10.244.1.10:8080\" -m recent --rcheck --seconds 300"
                                + " --reap --name KUBE-SEP-A --mask 255.255.255.255 --rsource -j KUBE-SEP-A\n"),
                all);
        assertTrue(
                all.contains("n KUBE-SEP-A -p tcp -m comment --comment \"default/web:http\" -m recent --set --name"
                        + " KUBE-SEP-A --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination"
                        + " 10.244.1.10:8080\n"),
                all);
    }

    @Test
    void givesEachOfManyEndpointsTheSameChance() {
        for (int count = 1; count <= 200; count++) {
            double left = 1;
            for (int i = count; i >= 2; i--) {
                String match = RuleText.oneIn(i);
                double chance = left * Double.parseDouble(match.substring(match.lastIndexOf(' ') + 1));
                assertEquals(1.0 / count, chance, 1e-6, "of " + count);
                left -= chance;
            }
            assertEquals(1.0 / count, left, 1e-6, "the last of " + count);
        }
    }

    @Test
    void anyPlanTurnsIntoAnyOtherByWayOfIptables() {
        long seed = 20_261_123L;
        SplittableRandom random = new SplittableRandom(seed);
        RestoredTables kernel = new RestoredTables();
        for (int round = 0; round < 300; round++) {
            List<ServicePort> ports = randomPorts(random);
            int mostChains = random.nextInt(1, 40);
            for (RuleSet wanted : ProxyRules.of(ports, SETTINGS)) {
                RuleSet before = SavedRules.owned(wanted, kernel.save(wanted.table()), ProxyRules::owns);
                wanted.restoreTextsFrom(before, mostChains).forEach(kernel::restore);
                RuleSet after = SavedRules.owned(wanted, kernel.save(wanted.table()), ProxyRules::owns);
                assertTrue(after.holds(wanted), "seed " + seed + ", round " + round);
                assertEquals(wanted.jumps().size(), after.jumps().size(), "seed " + seed + ", round " + round);
                assertEquals(List.of(), wanted.restoreTextsFrom(after, mostChains));
            }
        }
        for (String table : List.of("nat", "filter")) {
            RuleSet nothing = RuleSet.empty(table);
            RuleSet before = SavedRules.owned(nothing, kernel.save(table), ProxyRules::owns);
            nothing.restoreTextsFrom(before, 40).forEach(kernel::restore);
            assertFalse(kernel.save(table).contains("KUBE-"), kernel.save(table));
        }
    }

    @Test
    void writesOnlyWhatChanged() {
        List<ServicePort> ports = new ArrayList<>(randomPorts(new SplittableRandom(7)));
        RuleSet before = ProxyRules.of(ports, SETTINGS).get(0);
        ports.add(web(Exposure.NONE, TrafficPolicy.CLUSTER, HERE));
        RuleSet after = ProxyRules.of(ports, SETTINGS).get(0);
        List<String> texts = after.restoreTextsFrom(before, 1_000);
        assertEquals(1, texts.size());
        List<String> written =
                texts.get(0).lines().filter(line -> line.startsWith(":")).toList();
        assertEquals(3, written.size(), written.toString());
        assertTrue(written.get(2).startsWith(":KUBE-SERVICES "), "what leads to new chains comes last: " + written);
    }

    @Test
    void keepsJumpsInTheirOrderAndRestoresAMissingOne() {
        RestoredTables kernel = new RestoredTables();
        kernel.restore("*filter\n-A FORWARD -j DOCKER-USER\nCOMMIT\n");
        RuleSet wanted = ProxyRules.of(List.of(), SETTINGS).get(1);
        wanted.restoreTextsFrom(RuleSet.empty("filter"), 10).forEach(kernel::restore);
        List<String> forward = SavedRules.all(kernel.save("filter")).get("FORWARD");
        assertEquals("-j DOCKER-USER", forward.get(forward.size() - 1));
        assertEquals(
                wanted.jumps().stream()
                        .filter(jump -> jump.chain().equals("FORWARD"))
                        .map(Jump::rule)
                        .toList(),
                forward.subList(0, forward.size() - 1));
        kernel.restore("*filter\n-D FORWARD " + forward.get(1) + "\nCOMMIT\n");
        RuleSet broken = SavedRules.owned(wanted, kernel.save("filter"), ProxyRules::owns);
        assertFalse(broken.holds(wanted));
        wanted.restoreTextsFrom(broken, 10).forEach(kernel::restore);
        assertTrue(SavedRules.owned(wanted, kernel.save("filter"), ProxyRules::owns)
                .holds(wanted));
    }

    private static List<ServicePort> randomPorts(SplittableRandom random) {
        List<ServicePort> ports = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            List<Endpoint> endpoints = new ArrayList<>();
            for (int e = random.nextInt(5); e > 0; e--) {
                endpoints.add(new Endpoint(
                        "10.244." + random.nextInt(4) + "." + random.nextInt(2, 9),
                        8080,
                        random.nextBoolean(),
                        random.nextInt(4) > 0));
            }
            Exposure exposure = new Exposure(
                    random.nextBoolean() ? 30_000 + i : 0,
                    random.nextInt(4) == 0 ? List.of("203.0.113." + i) : List.of(),
                    random.nextInt(4) == 0 ? List.of("198.51.100." + i) : List.of(),
                    random.nextInt(3) == 0 ? List.of("192.0.2.0/24", "0.0.0.0/0") : List.of());
            TrafficPolicy policy = new TrafficPolicy(
                    random.nextInt(4) == 0, random.nextInt(3) == 0, random.nextInt(3) == 0 ? 10_800 : 0);
            String protocol = List.of("tcp", "udp", "sctp").get(random.nextInt(3));
            ports.add(new ServicePort("ns/s" + i, protocol, "10.96.1." + i, 80, exposure, policy, distinct(endpoints)));
        }
        return ports;
    }

    private static List<Endpoint> distinct(List<Endpoint> endpoints) {
        Map<String, Endpoint> byAddress = new HashMap<>();
        endpoints.forEach(endpoint -> byAddress.put(endpoint.toString(), endpoint));
        return List.copyOf(byAddress.values());
    }

    private static String only(String text, String... chains) {
        StringBuilder kept = new StringBuilder();
        text.lines().forEach(line -> {
            for (String chain : chains) {
                if (line.startsWith(chain) || line.substring(2).startsWith(chain)) {
                    kept.append(line).append('\n');
                }
            }
        });
        return kept.toString();
    }

    /** The endpoints' chains by letters, for the eye. */
    private static String shortened(String text) {
        return text.replace("KUBE-SEP-" + RuleText.hash("default/web:httptcp" + HERE), "KUBE-SEP-A")
                .replace("KUBE-SEP-" + RuleText.hash("default/web:httptcp" + THERE), "KUBE-SEP-B")
                .replace(RuleText.hash("default/web:httptcp"), "WEB");
    }
}
