package dev.troupe.node.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.proxy.ProxyRules;
import dev.troupe.model.proxy.ProxySettings;
import dev.troupe.model.proxy.RuleSet;
import dev.troupe.model.proxy.SavedRules;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.node.network.BridgePodNetwork;
import dev.troupe.node.network.CommandRunner;
import dev.troupe.node.network.Iptables;
import dev.troupe.node.network.Ipv4Range;
import dev.troupe.node.network.PodNetworkSettings;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.testkit.BareKinds;
import dev.troupe.node.testkit.NetworkLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real iptables, with both backends, in namespaces of its own: three pods, their node, and a client outside. */
class ServiceProxyIT {
    private static final Function<String, String> SERVICE = more -> """
            {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web"},
             "spec":{"type":"NodePort","clusterIP":"10.96.0.20","ports":[{"name":"http","protocol":"TCP","port":80,
             "targetPort":8080,"nodePort":30080}]%s}}""".formatted(more);

    @TempDir
    Path folder;

    private final InMemoryResourceApi api = BareKinds.api();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Long> pods = new ArrayList<>();
    private NetworkLab lab;
    private BridgePodNetwork network;
    private ActorTestKit actors;
    private ActorRef<ServiceProxy.Command> proxy;
    private Iptables iptables;

    @BeforeEach
    void build() throws IOException {
        lab = new NetworkLab();
        actors = ActorTestKit.create();
    }

    @AfterEach
    void tearDown() throws IOException {
        actors.shutdownTestKit();
        blocking.close();
        lab.close();
    }

    private void start(String backend, Optional<DnsListener> dns) throws IOException {
        iptables = Iptables.of(lab.node(), backend);
        network = new BridgePodNetwork(
                new PodNetworkSettings(
                        "troupe0",
                        Ipv4Range.parse("10.244.1.0/24"),
                        Ipv4Range.parse("10.244.0.0/16"),
                        1500,
                        folder.resolve("addresses")),
                lab.node(),
                iptables);
        network.up();
        proxy = actors.spawn(ServiceProxy.create(
                new ServiceProxy.Environment(api, InMemoryResourceApi.admin(), lab.node(), blocking),
                new ServiceProxySettings(
                        "n1",
                        NetworkLab.NODE_ADDRESS,
                        "10.244.0.0/16",
                        Duration.ofMillis(20),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(2)),
                dns,
                iptables));
    }

    /** Three pods at 10.244.1.2 to .4 that answer with pod0 to pod2 at port 8080. */
    private void startPods() throws IOException {
        for (int i = 0; i < 3; i++) {
            long pod = lab.startPod();
            network.attach(new SandboxId("s" + i), pod, "pod" + i);
            lab.serve(pod, "pod" + i, 8080, folder.resolve("pod" + i));
            pods.add(pod);
        }
    }

    private static String slice(String... addresses) {
        String endpoints = List.of(addresses).stream()
                .map(address ->
                        "{\"addresses\":[\"" + address + "\"],\"nodeName\":\"n1\",\"conditions\":{\"ready\":true}}")
                .collect(Collectors.joining(","));
        return """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                 "metadata":{"namespace":"default","name":"web-1","labels":{"kubernetes.io/service-name":"web"}},
                 "ports":[{"name":"http","protocol":"TCP","port":8080}],"endpoints":[%s]}""".formatted(endpoints);
    }

    private void replaceSlice(String... addresses) {
        remove(BuiltInTypes.ENDPOINT_SLICES.key("default", "web-1"));
        api.given(slice(addresses));
    }

    private void remove(ObjectKey key) {
        api.delete(InMemoryResourceApi.admin(), key, DeleteOptions.defaults())
                .toCompletableFuture()
                .join();
    }

    /** Waits until rules of that text are there, and the proxy has nothing more to write. */
    private void awaitRules(String... texts) throws IOException {
        NetworkLab.await(() -> List.of(texts).stream().allMatch(rules()::contains), this::rules);
        TestProbe<ServiceProxy.Health> probe = actors.createTestProbe();
        NetworkLab.await(() -> {
            proxy.tell(new ServiceProxy.GetHealth(probe.getRef()));
            return probe.receiveMessage().synced();
        });
    }

    private static TreeMap<String, Long> counts(CommandRunner from, String url, int times) throws IOException {
        return NetworkLab.get(from, url, times).stream()
                .collect(Collectors.groupingBy(line -> line, TreeMap::new, Collectors.counting()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void spreadsClusterIpAndNodePortOverAllEndpoints(String backend) throws IOException {
        start(backend, Optional.empty());
        startPods();
        api.given(SERVICE.apply(""));
        api.given(slice("10.244.1.2", "10.244.1.3", "10.244.1.4"));
        awaitRules("10.244.1.4:8080");

        Set<String> all = Set.of("pod0", "pod1", "pod2");
        TreeMap<String, Long> fromNode = counts(lab.node(), "http://10.96.0.20/", 240);
        assertEquals(all, fromNode.keySet());
        // 80 each are expected; with a deviation of 7.3, 40 and 120 are more than five of them away.
        assertTrue(fromNode.values().stream().allMatch(count -> count > 40 && count < 120), fromNode.toString());
        assertEquals(all, counts(lab.pod(pods.get(0)), "http://10.96.0.20/", 40).keySet(), "itself too");
        assertEquals(all, counts(lab.client(), "http://10.99.0.11:30080/", 40).keySet());
        assertEquals(all, counts(lab.node(), "http://127.0.0.1:30080/", 40).keySet());
        assertEquals(all, counts(lab.node(), "http://10.99.0.11:30080/", 40).keySet());
        assertEquals(
                all,
                counts(lab.pod(pods.get(1)), "http://10.99.0.11:30080/", 40).keySet());

        replaceSlice("10.244.1.3");
        NetworkLab.await(
                () -> !rules().contains("10.244.1.4:8080") && rules().contains("10.244.1.3:8080"), this::rules);
        assertEquals(
                Set.of("pod1"),
                counts(lab.client(), "http://10.99.0.11:30080/", 10).keySet());
        assertEquals(
                Set.of("pod1"),
                counts(lab.pod(pods.get(1)), "http://10.96.0.20/", 10).keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void keepsAClientOfASessionAffinityWithItsEndpoint(String backend) throws IOException {
        start(backend, Optional.empty());
        startPods();
        api.given(SERVICE.apply(",\"sessionAffinity\":\"ClientIP\""));
        api.given(slice("10.244.1.2", "10.244.1.3", "10.244.1.4"));
        awaitRules("10.244.1.4:8080");
        for (CommandRunner from : List.of(lab.node(), lab.pod(pods.get(2)))) {
            assertEquals(1, counts(from, "http://10.96.0.20/", 20).size());
        }
        assertEquals(1, counts(lab.client(), "http://10.99.0.11:30080/", 20).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void refusesAServiceWithoutEndpointsAtOnce(String backend) throws IOException {
        start(backend, Optional.empty());
        startPods();
        api.given(SERVICE.apply(""));
        awaitRules("no endpoints");
        for (String url : List.of("http://10.96.0.20/", "http://10.99.0.11:30080/", "http://127.0.0.1:30080/")) {
            assertRefused(lab.node(), url);
        }
        assertRefused(lab.pod(pods.get(0)), "http://10.96.0.20/");
        assertRefused(lab.client(), "http://10.99.0.11:30080/");
    }

    private static void assertRefused(CommandRunner from, String url) throws IOException {
        CommandRunner.Result result =
                from.attempt(List.of("timeout", "3", "busybox", "wget", "-q", "-O", "-", url), "");
        assertTrue(result.error().contains("Connection refused"), url + ": " + result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void keepsTheClientsAddressUnderLocalPolicy(String backend) throws IOException {
        start(backend, Optional.empty());
        startPods();
        api.given(SERVICE.apply(",\"externalTrafficPolicy\":\"Local\",\"externalIPs\":[\"203.0.113.7\"]"));
        api.given(slice("10.244.1.2").replace("[{\"addresses", """
                [{"addresses":["10.244.2.2"],"nodeName":"n2","conditions":{"ready":true}},{"addresses"""));
        awaitRules("--to-destination 10.244.1.2:8080");
        // Were the address translated, a pod on another node could be chosen, and the answer would come all the same.
        assertEquals(
                Set.of("pod0"),
                counts(lab.client(), "http://10.99.0.11:30080/", 10).keySet());
        assertEquals(
                Set.of("pod0"), counts(lab.client(), "http://203.0.113.7/", 10).keySet());
        String seen = lab.node().run("conntrack", "-L", "-p", "tcp", "--orig-port-dst", "30080");
        assertTrue(seen.contains("src=10.244.1.2 dst=" + NetworkLab.CLIENT_ADDRESS), seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void repairsWhatOthersBreak(String backend) throws IOException {
        start(backend, Optional.empty());
        startPods();
        api.given(SERVICE.apply(""));
        api.given(slice("10.244.1.2"));
        awaitRules("10.244.1.2:8080");
        List<List<String>> breakages = List.of(
                List.of("-t", "nat", "-F"),
                List.of("-t", "filter", "-F"),
                List.of("-t", "nat", "-F", "KUBE-SERVICES"),
                List.of("-t", "nat", "-D", "PREROUTING", "1"),
                List.of("-t", "nat", "-I", "KUBE-SERVICES", "-d", "10.96.0.20/32", "-j", "RETURN"),
                List.of("-t", "filter", "-I", "KUBE-SERVICES", "-j", "DROP"));
        for (List<String> breakage : breakages) {
            List<String> command = new ArrayList<>(List.of(backend, "-w", "5"));
            command.addAll(breakage);
            String whole = rules();
            lab.node().run(command, "");
            NetworkLab.await(() -> rules().equals(whole), () -> breakage + "\n" + rules() + "\nwanted\n" + whole);
            assertEquals(List.of("pod0"), NetworkLab.get(lab.client(), "http://10.99.0.11:30080/", 1));
        }
    }

    private String rules() throws IOException {
        Set<String> lines = new HashSet<>();
        for (String table : List.of("nat", "filter")) {
            iptables.save(table)
                    .lines()
                    .filter(line -> line.startsWith("-A ") && line.contains("KUBE-"))
                    .forEach(lines::add);
        }
        return lines.stream().sorted().collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void printsExactlyWhatWasPlannedAndLeavesNothingBehind(String backend) throws IOException {
        start(backend, Optional.of(new DnsListener("10.96.0.10", "10.244.1.1", 5353)));
        lab.node().run(backend, "-w", "5", "-t", "nat", "-N", "KUBE-KUBELET-CANARY");
        lab.node().run(backend, "-w", "5", "-A", "FORWARD", "-s", "172.16.0.0/12", "-j", "ACCEPT");
        api.given(
                SERVICE.apply(
                        ",\"sessionAffinity\":\"ClientIP\",\"externalIPs\":[\"203.0.113.7\"],\"externalTrafficPolicy\":\"Local\""));
        api.given(slice("10.244.1.2", "10.244.1.3", "10.244.1.4"));
        api.given("""
                {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"lb"},
                 "spec":{"clusterIP":"10.96.0.30","ports":[{"protocol":"UDP","port":53}],
                 "loadBalancerSourceRanges":["192.0.2.7/24","10.99.0.0/16","0.0.0.0/0"]},
                 "status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.9"}]}}}""");
        api.given(slice("10.244.1.2")
                .replace("\"web", "\"lb")
                .replace("TCP", "UDP")
                .replace("\"name\":\"http\",", ""));
        api.given("""
                {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"empty"},
                 "spec":{"clusterIP":"10.96.0.31","externalIPs":["203.0.113.8"],"ports":[{"protocol":"SCTP","port":53,"nodePort":30053}]}}""");
        awaitRules("10.244.1.4:8080", "default/lb", "default/empty");
        // A comparison that had found a difference would have said so, and accepted the printed form.
        ServiceTable table = new ServiceTable(
                new ProxySettings("10.244.0.0/16", NetworkLab.NODE_ADDRESS),
                "n1",
                Optional.of(new DnsListener("10.96.0.10", "10.244.1.1", 5353)));
        table.services(replaced(BuiltInTypes.SERVICES));
        table.slices(replaced(BuiltInTypes.ENDPOINT_SLICES));
        for (RuleSet wanted : table.plan().tables()) {
            RuleSet printed = SavedRules.owned(wanted, iptables.save(wanted.table()), ProxyRules::owns);
            assertEquals(new TreeMap<>(wanted.chains()), new TreeMap<>(printed.chains()));
            assertEquals(Set.copyOf(wanted.jumps()), Set.copyOf(printed.jumps()));
        }

        TestProbe<StatusReply<Done>> probe = actors.createTestProbe();
        proxy.tell(new ServiceProxy.CleanUp(probe.getRef()));
        assertTrue(probe.receiveMessage(Duration.ofSeconds(20)).isSuccess());
        network.down();
        String left = iptables.save("nat") + iptables.save("filter");
        assertFalse(left.replace("KUBE-KUBELET-CANARY", "").contains("KUBE-"), left);
        assertTrue(left.contains(":KUBE-KUBELET-CANARY") && left.contains("172.16.0.0/12"), left);
    }

    private Reflection replaced(ResourceType type) {
        return new Reflection.Replaced(
                api.all(type).stream().collect(Collectors.toMap(StoredObject::name, object -> object)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
    void answersDnsAtTheClustersAddressAndForgetsFlowsToEndpointsThatAreGone(String backend) throws IOException {
        start(backend, Optional.of(new DnsListener("10.96.0.10", "10.244.1.1", 5353)));
        startPods();
        lab.runOnNode("dev.troupe.node.dns.DnsLabMain", "10.244.1.1", "5353");
        awaitRules("--to-destination 10.244.1.1:5353");
        List<String> lookup =
                List.of("timeout", "5", "busybox", "nslookup", "web.default.svc.cluster.local", "10.96.0.10");
        for (CommandRunner from : List.of(lab.pod(pods.get(0)), lab.node())) {
            NetworkLab.await(() -> from.attempt(lookup, "").output().contains("10.96.0.20"));
        }
        String flows = lab.node().run("conntrack", "-L", "-p", "udp", "--orig-dst", "10.96.0.10");
        assertTrue(flows.contains("src=10.244.1.1 dst=10.244.1.2"), flows);

        api.given("""
                {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"kube-system","name":"kube-dns"},
                 "spec":{"clusterIP":"10.96.0.10","ports":[{"name":"dns","protocol":"UDP","port":53},
                 {"name":"dns-tcp","protocol":"TCP","port":53}]}}""");
        awaitRules("kube-system/kube-dns:dns-tcp", "--to-destination 10.244.1.1:5353");
        assertTrue(lab.pod(pods.get(0)).run(lookup, "").contains("10.96.0.20"), "still the node's own");
        api.given(slice("10.244.1.3")
                .replace("\"default\"", "\"kube-system\"")
                .replace("\"web", "\"kube-dns")
                .replace("\"http\"", "\"dns\"")
                .replace("TCP", "UDP"));
        awaitRules("--to-destination 10.244.1.3:8080");
        NetworkLab.await(() -> !lab.node()
                .attempt(List.of("conntrack", "-L", "-p", "udp", "--orig-dst", "10.96.0.10"), "")
                .output()
                .contains("src=10.244.1.1"));
    }
}
