package dev.troupe.app.server;

import dev.troupe.actors.cluster.RandomIdGenerator;
import dev.troupe.app.CommandFailure;
import dev.troupe.app.DataDirectory;
import dev.troupe.config.pki.Credentials;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.node.NodeActor;
import dev.troupe.node.NodeContext;
import dev.troupe.node.NodeSettings;
import dev.troupe.node.dns.ClusterZone;
import dev.troupe.node.dns.DnsServer;
import dev.troupe.node.dns.DnsServerSettings;
import dev.troupe.node.dns.HostResolvers;
import dev.troupe.node.dns.ZoneFollower;
import dev.troupe.node.docker.DockerContainerRuntime;
import dev.troupe.node.docker.DockerEngine;
import dev.troupe.node.endpoint.NodeEndpoint;
import dev.troupe.node.endpoint.NodeEndpointSettings;
import dev.troupe.node.network.BridgePodNetwork;
import dev.troupe.node.network.CommandRunner;
import dev.troupe.node.network.Iptables;
import dev.troupe.node.network.Ipv4Range;
import dev.troupe.node.network.NodeRoutes;
import dev.troupe.node.network.PodNetworkSettings;
import dev.troupe.node.proxy.DnsListener;
import dev.troupe.node.proxy.IptablesProxier;
import dev.troupe.node.proxy.ServiceProxy;
import dev.troupe.node.proxy.ServiceProxySettings;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.volume.HostVolumes;
import dev.troupe.node.worker.ApiAccess;
import dev.troupe.node.worker.ApiObjects;
import dev.troupe.node.worker.NodeBackend;
import dev.troupe.node.worker.NodeHandlerRunner;
import dev.troupe.node.worker.WorkerContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/** This machine as a node: containers through Docker Engine, a bridge, iptables and a DNS server of its own. */
public final class MachineNode {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);

    /** The engine starts containers one by one under a lock; more threads would only wait. */
    private static final int RUNTIME_THREADS = 8;

    private final DataDirectory data;
    private final String cluster;
    private final String name;

    /**
     * A node.
     *
     * @param cluster id that marks its containers
     * @param name of the Node object
     */
    public MachineNode(DataDirectory data, String cluster, String name) {
        this.data = data;
        this.cluster = cluster;
        this.name = name;
    }

    /** What a node needs of the control plane: its own in one process, or a remote one. */
    public record Connection(ActorSystem<?> system, ResourceApi api, Credentials server) {}

    /**
     * Starts everything; blocks until the node's actor runs.
     *
     * @throws CommandFailure if Docker, the network or a file cannot be used
     */
    public void start(Connection connection) {
        try {
            DockerEngine engine = DockerEngine.findOrStart(engineFolder(), System.getenv());
            DockerContainerRuntime runtime = DockerContainerRuntime.connect(engine.socket(), cluster, name);
            runtime.loadLocalImages(busybox());
            CommandRunner commands = CommandRunner.here(COMMAND_TIMEOUT);
            Iptables iptables = Iptables.inUse(commands);
            BridgePodNetwork network = new BridgePodNetwork(networkSettings(), commands, iptables);
            network.up();
            ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
            UserInfo user = ApiAccess.nodeUser(name);
            ApiAccess access = new ApiAccess(connection.api(), user, new RandomIdGenerator());
            startNetworkActors(connection, network, new Commands(commands, iptables, blocking));
            NodeBackend backend = new NodeBackend(
                    runtime,
                    network,
                    new HostVolumes(data.node().resolve("pods"), new ApiObjects(access)),
                    new NodeHandlerRunner(runtime));
            startNode(connection, access, backend, blocking);
        } catch (IOException e) {
            throw new CommandFailure(
                    "this machine cannot be a node: " + e.getMessage()
                            + "; without containers: ./troupe up --runtime simulated",
                    e);
        }
    }

    private record Commands(CommandRunner runner, Iptables iptables, ExecutorService blocking) {}

    private void startNetworkActors(Connection connection, BridgePodNetwork network, Commands commands)
            throws IOException {
        ActorSystem<?> system = connection.system();
        Caller caller = Caller.of(ApiAccess.nodeUser(name), "");
        InetAddress gateway = InetAddress.getByName(networkSettings().gateway());
        ClusterZone zone = new ClusterZone(ClusterNetwork.DOMAIN, InetAddress.getByName(ClusterNetwork.DNS_ADDRESS));
        DnsServer dns = DnsServer.start(
                DnsServerSettings.of(gateway, 0, new HostResolvers(Path.of("/etc/resolv.conf"), Set.of(gateway))),
                zone);
        system.systemActorOf(ZoneFollower.create(connection.api(), caller, zone), "cluster-names", Props.empty());
        system.systemActorOf(
                NodeRoutes.create(connection.api(), caller, network, commands.blocking()),
                "node-routes",
                Props.empty());
        system.systemActorOf(
                ServiceProxy.create(
                        new ServiceProxy.Environment(connection.api(), caller, commands.runner(), commands.blocking()),
                        ServiceProxySettings.of(name, address(), ClusterNetwork.POD_CIDR),
                        Optional.of(new DnsListener(
                                ClusterNetwork.DNS_ADDRESS,
                                gateway.getHostAddress(),
                                dns.address().getPort())),
                        commands.iptables()),
                "service-proxy",
                Props.empty());
    }

    private void startNode(Connection connection, ApiAccess access, NodeBackend backend, ExecutorService blocking)
            throws IOException {
        int port = Addresses.freePort(NodeEndpointSettings.DEFAULT_PORT);
        NodeSettings settings = new NodeSettings(
                name,
                List.of(address()),
                Map.of(),
                port,
                Optional.of(ClusterNetwork.NODE_POD_CIDR),
                new NodeSettings.Dns(List.of(ClusterNetwork.DNS_ADDRESS), ClusterNetwork.DOMAIN),
                data.node(),
                false,
                NodeSettings.Timing.defaults());
        NodeContext context = NodeContext.of(
                settings,
                access,
                backend,
                backend.runtime().info(),
                new WorkerContext.Threads(
                        InstantSource.system(),
                        Executors.newFixedThreadPool(
                                RUNTIME_THREADS,
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("container-", 0)
                                        .factory()),
                        blocking));
        NodeEndpoint.start(
                        connection.system(),
                        new NodeEndpointSettings(
                                "0.0.0.0",
                                port,
                                Set.of(ClusterPki.KUBELET_CLIENT_GROUP, UserInfo.SYSTEM_MASTERS),
                                NodeEndpointSettings.Limits.DEFAULT),
                        connection.server(),
                        new NodeEndpoint.Parts(context.pods(), backend.runtime(), InstantSource.system()))
                .toCompletableFuture()
                .join();
        connection.system().systemActorOf(NodeActor.create(context), "node-" + name, Props.empty());
    }

    /**
     * Removes all that nodes of this cluster left on the machine: containers, rules, interfaces, and the engine if it
     * was Troupe's own. The node must have stopped.
     *
     * @return what was removed, for people
     */
    public String removeAll() {
        try {
            Optional<DockerEngine> engine =
                    DockerEngine.findOwn(engineFolder()).or(() -> DockerEngine.find(System.getenv()));
            if (engine.isPresent()) {
                try (DockerContainerRuntime runtime =
                        DockerContainerRuntime.connect(engine.get().socket(), cluster, name)) {
                    NodeContext.removeAll(new NodeBackend(
                            runtime,
                            network(),
                            new HostVolumes(data.node().resolve("pods"), key -> Optional.empty()),
                            new NodeHandlerRunner(runtime)));
                }
            }
            CommandRunner commands = CommandRunner.here(COMMAND_TIMEOUT);
            new IptablesProxier(commands, Iptables.inUse(commands)).removeAll();
            network().down();
            if (engine.isPresent() && engine.get().isOwn()) {
                engine.get().stop();
                return "containers, rules and interfaces are removed, the Docker Engine that was started is stopped";
            }
            return "containers, rules and interfaces are removed";
        } catch (IOException e) {
            throw new CommandFailure("not everything could be removed: " + e.getMessage() + "; run it again", e);
        }
    }

    /** Kills a container without telling Troupe, as an accident would. */
    public static void killContainer(DataDirectory data, String id) {
        try {
            DockerEngine engine = DockerEngine.findOwn(data.node().resolve("engine"))
                    .or(() -> DockerEngine.find(System.getenv()))
                    .orElseThrow(() -> new CommandFailure("no Docker Engine answers any more"));
            try (DockerContainerRuntime runtime = DockerContainerRuntime.connect(engine.socket(), "", "")) {
                runtime.signalContainer(new ContainerId(id), "KILL");
            }
        } catch (IOException e) {
            throw new CommandFailure("the container " + id + " could not be killed: " + e.getMessage(), e);
        }
    }

    /** Whether a node ever ran on this data folder. */
    public boolean wasStarted() {
        return Files.exists(data.node());
    }

    private BridgePodNetwork network() throws IOException {
        CommandRunner commands = CommandRunner.here(COMMAND_TIMEOUT);
        return new BridgePodNetwork(networkSettings(), commands, Iptables.inUse(commands));
    }

    private PodNetworkSettings networkSettings() {
        return new PodNetworkSettings(
                PodNetworkSettings.DEFAULT_BRIDGE,
                Ipv4Range.parse(ClusterNetwork.NODE_POD_CIDR),
                Ipv4Range.parse(ClusterNetwork.POD_CIDR),
                PodNetworkSettings.DEFAULT_MTU,
                data.node().resolve("addresses"));
    }

    private Path engineFolder() {
        return data.node().resolve("engine");
    }

    /** Where others reach this machine. */
    public static String address() {
        return Addresses.local().getFirst().getHostAddress();
    }

    private static Path busybox() {
        return List.of("/bin/busybox", "/usr/bin/busybox").stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "a static busybox is needed for the local images; install it: apt-get install busybox-static"));
    }
}
