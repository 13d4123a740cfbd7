package dev.troupe.node.network;

import java.io.IOException;
import java.util.List;

/** Switches of the kernel under {@code /proc/sys/net}, of the namespace that the commands run in. */
public final class KernelSettings {
    private static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";
    private static final String LOCAL_NODE_PORTS = "/proc/sys/net/ipv4/conf/all/route_localnet";
    private static final String BRIDGED_TO_IPTABLES = "/proc/sys/net/bridge/bridge-nf-call-iptables";

    private final CommandRunner commands;

    public KernelSettings(CommandRunner commands) {
        this.commands = commands;
    }

    /** What pods and services need: forwarding, and iptables for packets that stay on the bridge. */
    public void enableForwarding() throws IOException {
        enable(FORWARDING);
        if (!commands.attempt(List.of("test", "-e", BRIDGED_TO_IPTABLES), "").succeeded()) {
            // Where it is built in, or may not be loaded from here, the next step tells.
            commands.attempt(List.of("modprobe", "br_netfilter"), "");
        }
        enable(BRIDGED_TO_IPTABLES);
    }

    /** What node ports on 127.0.0.1 need. KUBE-FIREWALL keeps others out of the loopback. */
    public void enableLocalNodePorts() throws IOException {
        enable(LOCAL_NODE_PORTS);
    }

    private void enable(String file) throws IOException {
        CommandRunner.Result before = commands.attempt(List.of("cat", file), "");
        if (!before.output().strip().equals("1")) {
            commands.run(List.of("tee", file), "1\n");
        }
    }
}
