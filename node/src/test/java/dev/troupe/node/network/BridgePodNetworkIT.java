package dev.troupe.node.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.node.runtime.PodAddress;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.testkit.NetworkLab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgePodNetworkIT {
    private static final String NEIGHBOUR_PODS = "10.244.2.0/24";

    @TempDir
    Path folder;

    private NetworkLab lab;

    @BeforeEach
    void build() throws IOException {
        lab = new NetworkLab();
    }

    @AfterEach
    void tearDown() throws IOException {
        lab.close();
    }

    private BridgePodNetwork network(String iptables) throws IOException {
        PodNetworkSettings settings = new PodNetworkSettings(
                "troupe0",
                Ipv4Range.parse("10.244.1.0/24"),
                Ipv4Range.parse("10.244.0.0/16"),
                1400,
                folder.resolve("addresses"));
        return new BridgePodNetwork(settings, lab.node(), Iptables.of(lab.node(), iptables));
    }

    private static SandboxId sandbox(String name) {
        return new SandboxId(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void connectsPodsWithEachOtherTheNodeAndTheWorldBeyond(String iptables) throws IOException {
        lab.node().run(iptables, "-w", "5", "-P", "FORWARD", "DROP");
        BridgePodNetwork network = network(iptables);
        network.up();
        long a = lab.startPod();
        long b = lab.startPod();
        assertEquals(PodAddress.of("10.244.1.2"), network.reserve("a"));
        network.attach(sandbox("a"), a, "a");
        PodAddress addressOfB = network.attach(sandbox("b"), b, "b");
        assertEquals(network.reserve("b"), addressOfB);

        String ping = "busybox ping -c 1 -W 3 ";
        lab.pod(a).run("sh", "-c", ping + addressOfB.primary());
        lab.node().run("sh", "-c", ping + addressOfB.primary());
        // The client knows no way to a pod: the answer only comes if the node lent its address.
        lab.pod(a).run("sh", "-c", ping + NetworkLab.CLIENT_ADDRESS);
        assertTrue(lab.pod(a).run("ip", "-o", "link", "show", "eth0").contains("mtu 1400"));

        lab.node().run(iptables, "-w", "5", "-F");
        lab.node().run(iptables, "-w", "5", "-t", "nat", "-F");
        network.repair(Map.of());
        lab.pod(a).run("sh", "-c", ping + NetworkLab.CLIENT_ADDRESS);
    }

    @Test
    void attachesAgainWhatAKilledAgentLeftHalfDone() throws IOException {
        BridgePodNetwork network = network("iptables-nft");
        network.up();
        long pod = lab.startPod();
        network.reserve("a");
        lab.node()
                .run(
                        List.of("ip", "-batch", "-"),
                        "link add name veth0af40102 type veth peer name eth0 netns " + pod + "\n");
        network.attach(sandbox("a"), pod, "a");
        network.attach(sandbox("a"), pod, "a");
        lab.node().run("sh", "-c", "busybox ping -c 1 -W 3 10.244.1.2");
    }

    @Test
    void keepsAddressesThroughARestartAndGivesBackWhatNobodyHas() throws IOException {
        BridgePodNetwork network = network("iptables-nft");
        network.up();
        PodAddress a = network.reserve("a");
        PodAddress b = network.reserve("b");
        BridgePodNetwork restarted = network("iptables-nft");
        restarted.up();
        assertEquals(b, restarted.reserve("b"));
        PodAddress c = restarted.reserve("c");
        assertNotEquals(a, c);
        restarted.retain(Map.of("b", b, "found", PodAddress.of("10.244.1.77")));
        assertEquals(b, restarted.reserve("b"));
        assertEquals(PodAddress.of("10.244.1.77"), network("iptables-nft").reserve("found"));
        assertNotEquals(a, restarted.reserve("a"), "an address that was just given back is given last");
    }

    @Test
    void followsTheOtherNodesWithItsRoutes() throws IOException {
        BridgePodNetwork network = network("iptables-nft");
        network.up();
        lab.node().run("ip", "route", "add", "192.0.2.0/24", "via", NetworkLab.CLIENT_ADDRESS);
        network.repair(Map.of(Ipv4Range.parse(NEIGHBOUR_PODS), NetworkLab.CLIENT_ADDRESS));
        assertTrue(routes().contains(NEIGHBOUR_PODS + " via " + NetworkLab.CLIENT_ADDRESS));
        network.repair(
                Map.of(Ipv4Range.parse(NEIGHBOUR_PODS), "10.99.0.7", Ipv4Range.parse("10.244.3.0/24"), "172.16.1.1"));
        assertTrue(routes().contains(NEIGHBOUR_PODS + " via 10.99.0.7"), "an unreachable node keeps no other out");
        network.repair(Map.of());
        assertTrue(!routes().contains(NEIGHBOUR_PODS) && routes().contains("192.0.2.0/24"));
    }

    private String routes() throws IOException {
        return lab.node().run("ip", "route");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void leavesNothingWhenItIsTakenDown(String iptables) throws IOException {
        lab.node().run(iptables, "-w", "5", "-t", "nat", "-A", "POSTROUTING", "-s", "172.16.0.0/12", "-j", "RETURN");
        lab.node().run(iptables, "-w", "5", "-A", "FORWARD", "-s", "172.16.0.0/12", "-j", "ACCEPT");
        String before = state(iptables);
        BridgePodNetwork network = network(iptables);
        network.up();
        long pod = lab.startPod();
        network.attach(sandbox("a"), pod, "a");
        network.repair(Map.of(Ipv4Range.parse(NEIGHBOUR_PODS), NetworkLab.CLIENT_ADDRESS));
        assertNotEquals(before, state(iptables));
        network.down();
        assertEquals(before, state(iptables));
        network.down();
    }

    private String state(String iptables) throws IOException {
        String rules =
                lab.node().run(iptables + "-save").replaceAll("(?m)^#.*\n", "").replaceAll("\\[.*]", "");
        return lab.node().run("sh", "-c", "ip -o link | cut -d: -f2; ip route") + rules;
    }
}
