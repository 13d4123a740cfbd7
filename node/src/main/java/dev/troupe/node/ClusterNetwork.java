package dev.troupe.node;

import dev.troupe.node.dns.ClusterZone;
import dev.troupe.node.dns.DnsServer;
import dev.troupe.node.dns.DnsServerSettings;
import dev.troupe.node.dns.HostResolvers;
import dev.troupe.node.dns.ZoneFollower;
import dev.troupe.node.network.BridgePodNetwork;
import dev.troupe.node.network.CommandRunner;
import dev.troupe.node.network.Iptables;
import dev.troupe.node.network.NodeRoutes;
import dev.troupe.node.proxy.DnsListener;
import dev.troupe.node.proxy.ServiceProxy;
import dev.troupe.node.proxy.ServiceProxySettings;
import dev.troupe.node.runtime.PodNetwork;
import dev.troupe.node.worker.ApiAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Everything of a Linux node that makes pods reach each other, services and names: the bridge, the service proxy, the
 * DNS server and the routes to other nodes. Needs root, iptables and iproute2.
 */
public final class ClusterNetwork implements AutoCloseable {
    /** ip and iptables take milliseconds; iptables-restore of 5,000 services at once took 14 s at worst. */
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

    private final ClusterNetworkSettings settings;
    private final CommandRunner commands;
    private final Iptables iptables;
    private final BridgePodNetwork pods;
    private final ClusterZone zone;
    private final DnsServer dns;

    private ClusterNetwork(
            ClusterNetworkSettings settings, Tools tools, BridgePodNetwork pods, ClusterZone zone, DnsServer dns) {
        this.settings = settings;
        this.commands = tools.commands();
        this.iptables = tools.iptables();
        this.pods = pods;
        this.zone = zone;
        this.dns = dns;
    }

    private record Tools(CommandRunner commands, Iptables iptables) {
        static Tools ofThisHost() throws IOException {
            CommandRunner commands = CommandRunner.here(COMMAND_TIMEOUT);
            return new Tools(commands, Iptables.inUse(commands));
        }
    }

    /**
     * Makes the bridge and begins to listen for names. Blocks for some tens of milliseconds.
     *
     * @throws IOException if this machine or this user cannot; the message says what is missing
     */
    public static ClusterNetwork open(ClusterNetworkSettings settings) throws IOException {
        Tools tools = Tools.ofThisHost();
        BridgePodNetwork pods = new BridgePodNetwork(settings.pods(), tools.commands(), tools.iptables());
        pods.up();
        // Digits only: nothing is looked up.
        InetAddress gateway = InetAddress.getByName(settings.pods().gateway());
        InetAddress clusterDns = InetAddress.getByName(settings.dns().address());
        ClusterZone zone = new ClusterZone(settings.dns().domain(), clusterDns);
        HostResolvers resolvers = new HostResolvers(settings.dns().hostResolvers(), Set.of(gateway, clusterDns));
        DnsServer dns =
                DnsServer.start(DnsServerSettings.of(gateway, settings.dns().port(), resolvers), zone);
        return new ClusterNetwork(settings, tools, pods, zone, dns);
    }

    /** For the pods' workers. */
    public PodNetwork pods() {
        return pods;
    }

    /**
     * Follows services, endpoints and nodes. To be spawned once; when it stops, all stays as it is.
     *
     * @param blocking runs the commands of the operating system
     */
    public Behavior<Void> follow(ApiAccess access, Executor blocking) {
        return Behaviors.setup(context -> {
            spawn(context, "dns", ZoneFollower.create(access.api(), access.caller(), zone));
            spawn(context, "service-proxy", serviceProxy(access, blocking));
            spawn(context, "routes", NodeRoutes.create(access.api(), access.caller(), pods, blocking));
            return Behaviors.empty();
        });
    }

    private Behavior<ServiceProxy.Command> serviceProxy(ApiAccess access, Executor blocking) {
        DnsListener listener = new DnsListener(
                settings.dns().address(),
                settings.pods().gateway(),
                dns.address().getPort());
        return ServiceProxy.create(
                new ServiceProxy.Environment(access.api(), access.caller(), commands, blocking),
                ServiceProxySettings.of(
                        settings.nodeName(),
                        settings.nodeAddress(),
                        settings.pods().clusterCidr().toString()),
                Optional.of(listener),
                iptables);
    }

    /** A bug in one must not take the others along, nor leave the node without it. */
    private static <T> void spawn(ActorContext<Void> context, String name, Behavior<T> behavior) {
        context.spawn(
                Behaviors.supervise(behavior)
                        .onFailure(SupervisorStrategy.restartWithBackoff(
                                Duration.ofMillis(200), Duration.ofSeconds(10), 0.2)),
                name);
    }

    /** Stops listening for names. Pods keep their network and their services. */
    @Override
    public void close() {
        dns.close();
    }

    /**
     * Takes everything from this machine that {@link #open} and what followed put there, whether or not it runs now.
     * Blocks; nothing of it may run any more.
     */
    public static void remove(ClusterNetworkSettings settings) throws IOException {
        Tools tools = Tools.ofThisHost();
        ServiceProxy.removeRules(tools.commands(), tools.iptables());
        new BridgePodNetwork(settings.pods(), tools.commands(), tools.iptables()).down();
    }
}
