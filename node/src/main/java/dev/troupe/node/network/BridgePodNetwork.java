package dev.troupe.node.network;

import dev.troupe.model.proxy.RuleSet;
import dev.troupe.node.runtime.PodAddress;
import dev.troupe.node.runtime.PodNetwork;
import dev.troupe.node.runtime.SandboxId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pods on a bridge of this node, each by a pair of virtual interfaces, with routes to the other nodes' pods through the
 * nodes' own network. The runtime's own networking is not used: it would bring its DNS and its rules along.
 *
 * <p>{@link #up} is called before the first pod, {@link #repair} from time to time, {@link #down} when the node is
 * taken out of service for good; a restart of the agent needs no {@code down}, pods keep running meanwhile.
 */
public final class BridgePodNetwork implements PodNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(BridgePodNetwork.class);

    /** Marks the routes that are ours to the kernel, so that others' are left alone; free in iproute2's list. */
    private static final String ROUTE_PROTOCOL = "199";

    /** Stands for a sandbox that is gone. */
    private static final SandboxId NO_SANDBOX = new SandboxId("");

    private final PodNetworkSettings settings;
    private final CommandRunner commands;
    private final AddressFiles addresses;
    private final RuleWriter rules;
    private final List<RuleSet> wantedRules;

    /** @throws IOException if the folder of addresses cannot be read */
    public BridgePodNetwork(PodNetworkSettings settings, CommandRunner commands, Iptables iptables) throws IOException {
        this.settings = settings;
        this.commands = commands;
        this.addresses = new AddressFiles(settings.addressFolder(), settings.podCidr());
        this.rules = new RuleWriter(iptables, PodNetworkRules::owns);
        this.wantedRules = PodNetworkRules.of(settings);
    }

    /** Makes what is missing of the bridge, the kernel's switches and the rules. Idempotent. */
    public synchronized void up() throws IOException {
        new KernelSettings(commands).enableForwarding();
        ensureBridge();
        rules.repair(wantedRules);
    }

    /**
     * As {@link #up}, and says so if anything had been changed by others.
     *
     * @param podCidrs other nodes' pods and the node address that leads there
     */
    public synchronized void repair(Map<Ipv4Range, String> podCidrs) throws IOException {
        new KernelSettings(commands).enableForwarding();
        ensureBridge();
        if (rules.repair(wantedRules)) {
            LOG.info("Restored the iptables rules of the pod network, which somebody had changed");
        }
        route(podCidrs);
    }

    private void ensureBridge() throws IOException {
        String bridge = settings.bridge();
        String address = settings.gateway() + "/" + settings.podCidr().bits();
        CommandRunner.Result found = commands.attempt(List.of("ip", "-o", "-4", "addr", "show", "dev", bridge), "");
        if (!found.succeeded()) {
            // A bridge without an address of its own takes over its ports' and changes it with them.
            commands.run("ip", "link", "add", "name", bridge, "address", hardwareAddress(), "type", "bridge");
            LOG.info("Made bridge {} for pods {}", bridge, settings.podCidr());
        }
        for (String line : found.output().lines().toList()) {
            String other = line.replaceFirst(".*\\binet ", "").replaceFirst(" .*", "");
            if (!other.equals(address)) {
                commands.run("ip", "addr", "del", other, "dev", bridge);
            }
        }
        commands.run(
                List.of("ip", "-batch", "-"),
                "addr replace " + address + " dev " + bridge + "\n" + "link set dev " + bridge + " mtu "
                        + settings.mtu() + " up\n");
    }

    /** Derived from the gateway's address, as bridges of Kubernetes nodes have it. */
    private String hardwareAddress() {
        StringBuilder text = new StringBuilder("0a:58");
        for (String part : settings.gateway().split("\\.")) {
            text.append(String.format(":%02x", Integer.parseInt(part)));
        }
        return text.toString();
    }

    private void route(Map<Ipv4Range, String> podCidrs) throws IOException {
        Map<String, String> wanted = new TreeMap<>();
        podCidrs.forEach((range, node) -> wanted.put(range.toString(), node));
        wanted.remove(settings.podCidr().toString());
        Map<String, String> present = new TreeMap<>();
        for (String line : commands.run("ip", "-4", "route", "show", "proto", ROUTE_PROTOCOL)
                .lines()
                .toList()) {
            String[] words = line.strip().split(" +");
            present.put(words[0], words.length > 2 && words[1].equals("via") ? words[2] : "");
        }
        for (Map.Entry<String, String> route : wanted.entrySet()) {
            if (!route.getValue().equals(present.get(route.getKey()))) {
                addRoute(route.getKey(), route.getValue());
            }
        }
        for (String range : present.keySet()) {
            if (!wanted.containsKey(range)) {
                commands.run("ip", "-4", "route", "del", range, "proto", ROUTE_PROTOCOL);
            }
        }
    }

    /** One node that cannot be reached must not keep the others out. */
    private void addRoute(String range, String node) throws IOException {
        CommandRunner.Result result = commands.attempt(
                List.of("ip", "-4", "route", "replace", range, "via", node, "proto", ROUTE_PROTOCOL), "");
        if (!result.succeeded()) {
            LOG.warn(
                    "Pods {} cannot be reached through their node {}: {}",
                    range,
                    node,
                    result.error().strip());
        }
    }

    @Override
    public PodAddress reserve(String podKey) throws IOException {
        return PodAddress.of(addresses.take(podKey));
    }

    @Override
    public PodAddress attach(SandboxId id, long pausePid, String podKey) throws IOException {
        PodAddress address = reserve(podKey);
        CommandRunner inPod = commands.inNamespaceOf(pausePid);
        if (isAttached(inPod, address)) {
            return address;
        }
        String link = linkName(address.primary());
        // What a killed agent left half done.
        commands.attempt(List.of("ip", "link", "del", link), "");
        commands.run(
                List.of("ip", "-batch", "-"),
                "link add name " + link + " mtu " + settings.mtu() + " type veth peer name eth0 mtu " + settings.mtu()
                        + " netns " + pausePid + "\n"
                        + "link set " + link + " master " + settings.bridge() + " up\n"
                        // A pod must reach itself through its service's address.
                        + "link set " + link + " type bridge_slave hairpin on\n");
        inPod.run(
                List.of("ip", "-batch", "-"),
                "addr add " + address.primary() + "/" + settings.podCidr().bits() + " dev eth0\n"
                        + "link set eth0 up\n"
                        + "link set lo up\n"
                        + "route add default via " + settings.gateway() + "\n");
        return address;
    }

    private static boolean isAttached(CommandRunner inPod, PodAddress address) throws IOException {
        CommandRunner.Result found = inPod.attempt(List.of("ip", "-o", "-4", "addr", "show", "dev", "eth0", "up"), "");
        CommandRunner.Result route = inPod.attempt(List.of("ip", "-4", "route", "show", "default"), "");
        return found.output().contains(" " + address.primary() + "/")
                && !route.output().isBlank();
    }

    @Override
    public void detach(SandboxId id, String podKey) throws IOException {
        Optional<String> address = addresses.find(podKey);
        if (address.isPresent()) {
            // The pair goes with the sandbox's namespace; this is for a sandbox that lives on.
            commands.attempt(List.of("ip", "link", "del", linkName(address.get())), "");
            addresses.release(podKey);
        }
    }

    @Override
    public void retain(Map<String, PodAddress> inUse) throws IOException {
        for (String key : addresses.keys()) {
            if (!inUse.containsKey(key)) {
                detach(NO_SANDBOX, key);
            }
        }
        for (Map.Entry<String, PodAddress> pod : inUse.entrySet()) {
            addresses.keep(pod.getKey(), pod.getValue().primary());
        }
    }

    /** At most 15 characters, and unique among those who have an address. */
    private static String linkName(String address) {
        StringBuilder name = new StringBuilder("veth");
        for (String part : address.split("\\.")) {
            name.append(String.format("%02x", Integer.parseInt(part)));
        }
        return name.toString();
    }

    /** Removes the bridge, every pod's interface, all rules and routes. Addresses in use stay noted. */
    public synchronized void down() throws IOException {
        rules.removeAll(List.of("nat", "filter"));
        route(Map.of());
        CommandRunner.Result ports =
                commands.attempt(List.of("ip", "-o", "link", "show", "master", settings.bridge()), "");
        for (String line : ports.output().lines().toList()) {
            String name = line.replaceFirst("^\\d+: ", "").replaceFirst("[@:].*", "");
            commands.attempt(List.of("ip", "link", "del", name), "");
        }
        if (commands.attempt(List.of("ip", "link", "show", "dev", settings.bridge()), "")
                .succeeded()) {
            commands.run("ip", "link", "del", settings.bridge());
        }
    }
}
