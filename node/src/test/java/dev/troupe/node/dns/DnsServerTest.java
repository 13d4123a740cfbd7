package dev.troupe.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.node.testkit.NetworkLab;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

class DnsServerTest {
    private final ClusterZone zone = new ClusterZone("cluster.local", address("10.96.0.10"));
    private FakeUpstream upstream;
    private DnsServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        given("default", "web", "{\"clusterIP\":\"10.96.0.20\",\"ports\":[{\"name\":\"http\",\"port\":80}]}");
        given("default", "two", """
                {"clusterIP":"10.96.0.21","clusterIPs":["10.96.0.21","fd00::21"],
                 "ports":[{"port":80}]}""");
        given("kube-system", "kube-dns", """
                {"clusterIP":"10.96.0.10","ports":[{"name":"dns","protocol":"UDP","port":53},
                {"name":"dns-tcp","protocol":"TCP","port":53}]}""");
        given("default", "hl", "{\"clusterIP\":\"None\"}", """
                {"addressType":"IPv4","ports":[{"name":"http","protocol":"TCP","port":8080}],"endpoints":[
                 {"addresses":["10.244.1.5"],"hostname":"pod-0","conditions":{"ready":true}},
                 {"addresses":["10.244.1.6"],"conditions":{}},
                 {"addresses":["10.244.1.7"],"hostname":"pod-2","conditions":{"ready":false}}]}""");
        given("default", "nobody", "{\"clusterIP\":\"None\",\"ports\":[{\"name\":\"http\",\"port\":80}]}");
        given("default", "out", "{\"type\":\"ExternalName\",\"externalName\":\"www.example.com\"}");
        given("default", "alias", """
                {"type":"ExternalName","externalName":"web.default.svc.cluster.local"}""");
        given("default", "dangling", """
                {"type":"ExternalName","externalName":"gone.default.svc.cluster.local"}""");
        given("default", "loop", "{\"type\":\"ExternalName\",\"externalName\":\"loop.default.svc.cluster.local\"}");
        given("default", "pending", "{\"type\":\"ClusterIP\",\"ports\":[{\"port\":80}]}");
        zone.markComplete();
        upstream = opened(new FakeUpstream(DnsServerTest::internet));
        server = serve(Duration.ofSeconds(2), DnsServerSettings.Limits.DEFAULT, upstream.address());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    private DnsServer serve(Duration timeout, DnsServerSettings.Limits limits, InetSocketAddress... upstreams)
            throws IOException {
        return opened(DnsServer.start(
                new DnsServerSettings(InetAddress.getLoopbackAddress(), 0, () -> List.of(upstreams), timeout, limits),
                zone));
    }

    private static InetAddress address(String text) {
        return ServiceNamesReader.address(text).orElseThrow();
    }

    private void given(String namespace, String name, String spec, String... slices) {
        JsonNode service = Json.parseObject("{\"spec\":" + spec + "}");
        List<JsonNode> trees =
                List.of(slices).stream().<JsonNode>map(Json::parseObject).toList();
        ServiceNamesReader.read(service, trees)
                .ifPresent(names -> zone.put(new NamespacedName(namespace, name), names));
    }

    /** Knows any name below example.com but nx.example.com. */
    private static Message internet(Message query) {
        Message reply = query.clone();
        reply.getHeader().setFlag(Flags.QR);
        Name name = query.getQuestion().getName();
        if (name.toString().equals("nx.example.com.")) {
            reply.getHeader().setRcode(Rcode.NXDOMAIN);
        } else if (query.getQuestion().getType() == Type.A) {
            reply.addRecord(new ARecord(name, DClass.IN, 60, address("192.0.2.80")), Section.ANSWER);
        }
        return reply;
    }

    private SimpleResolver resolver(DnsServer of) {
        SimpleResolver resolver = new SimpleResolver(of.address());
        resolver.setTimeout(Duration.ofSeconds(20));
        resolver.setIgnoreTruncation(true);
        return resolver;
    }

    private Message ask(String name, int type) throws IOException {
        return resolver(server).send(query(name, type));
    }

    private static Message query(String name, int type) throws IOException {
        return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
    }

    private static String section(Message message, int section) {
        return message.getSection(section).stream()
                .filter(record -> record.getType() != Type.OPT)
                .map(record -> Type.string(record.getType()) + " " + record.rdataToString())
                .sorted()
                .collect(Collectors.joining("; "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web.default.svc.cluster.local.                    | A     | A 10.96.0.20",
                "WEB.Default.SVC.Cluster.LOCAL.                    | A     | A 10.96.0.20",
                "two.default.svc.cluster.local.                    | A     | A 10.96.0.21",
                "two.default.svc.cluster.local.                    | AAAA  | AAAA fd00:0:0:0:0:0:0:21",
                "_http._tcp.web.default.svc.cluster.local.         | SRV   | SRV 0 100 80 web.default.svc.cluster.local.",
                "_dns._udp.kube-dns.kube-system.svc.cluster.local. | SRV   | SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.",
                "hl.default.svc.cluster.local.                     | A     | A 10.244.1.5; A 10.244.1.6",
                "pod-0.hl.default.svc.cluster.local.               | A     | A 10.244.1.5",
                "10-244-1-6.hl.default.svc.cluster.local.          | A     | A 10.244.1.6",
                "_http._tcp.hl.default.svc.cluster.local.          | SRV   | SRV 0 100 8080 10-244-1-6.hl.default.svc.cluster.local.; SRV 0 100 8080 pod-0.hl.default.svc.cluster.local.",
                "10-244-3-9.any.pod.cluster.local.                 | A     | A 10.244.3.9",
                "20.0.96.10.in-addr.arpa.                          | PTR   | PTR web.default.svc.cluster.local.",
                "5.1.244.10.in-addr.arpa.                          | PTR   | PTR pod-0.hl.default.svc.cluster.local.",
                "out.default.svc.cluster.local.                    | A     | A 192.0.2.80; CNAME www.example.com.",
                "out.default.svc.cluster.local.                    | CNAME | CNAME www.example.com.",
                "alias.default.svc.cluster.local.                  | A     | A 10.96.0.20; CNAME web.default.svc.cluster.local.",
                "dns-version.cluster.local.                        | TXT   | TXT 1.1.0",
                "cluster.local.                                    | NS    | NS ns.dns.cluster.local.",
                "ns.dns.cluster.local.                             | A     | A 10.96.0.10",
                "www.example.com.                                  | A     | A 192.0.2.80",
            })
    void answersByUdpAndByTcp(String name, String type, String expected) throws IOException {
        SimpleResolver resolver = resolver(server);
        for (boolean tcp : new boolean[] {false, true}) {
            resolver.setTCP(tcp);
            Message answer = resolver.send(query(name, Type.value(type)));
            assertEquals(expected, section(answer, Section.ANSWER));
            assertEquals("NOERROR", Rcode.string(answer.getRcode()));
            assertEquals(name, answer.getQuestion().getName().toString(), "the spelling is the client's");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gone.default.svc.cluster.local.                | A    | NXDOMAIN",
                "web.gone.svc.cluster.local.                    | A    | NXDOMAIN",
                "gone.svc.cluster.local.                        | A    | NXDOMAIN",
                "default.svc.cluster.local.                     | A    | NOERROR",
                "svc.cluster.local.                             | A    | NOERROR",
                "cluster.local.                                 | A    | NOERROR",
                "elsewhere.cluster.local.                       | A    | NXDOMAIN",
                "web.default.svc.cluster.local.                 | AAAA | NOERROR",
                "web.default.svc.cluster.local.                 | MX   | NOERROR",
                "_tcp.web.default.svc.cluster.local.            | SRV  | NOERROR",
                "_udp.web.default.svc.cluster.local.            | SRV  | NXDOMAIN",
                "_https._tcp.web.default.svc.cluster.local.     | SRV  | NXDOMAIN",
                "x._http._tcp.web.default.svc.cluster.local.    | SRV  | NXDOMAIN",
                "_tcp.two.default.svc.cluster.local.            | SRV  | NXDOMAIN",
                "pod-2.hl.default.svc.cluster.local.            | A    | NXDOMAIN",
                "pod-0.web.default.svc.cluster.local.           | A    | NXDOMAIN",
                "nobody.default.svc.cluster.local.              | A    | NXDOMAIN",
                "pending.default.svc.cluster.local.             | A    | NXDOMAIN",
                "10-244-3.any.pod.cluster.local.                | A    | NXDOMAIN",
                "10-244-3-9.any.pod.cluster.local.              | AAAA | NOERROR",
                "dangling.default.svc.cluster.local.            | A    | NXDOMAIN",
            })
    void tellsWhatDoesNotExistApartFromWhatHasNoSuchRecord(String name, String type, String code) throws IOException {
        Message answer = ask(name, Type.value(type));
        assertEquals(code, Rcode.string(answer.getRcode()));
        assertTrue(answer.getHeader().getFlag(Flags.AA));
        assertTrue(section(answer, Section.AUTHORITY).startsWith("SOA ns.dns.cluster.local."), answer.toString());
        assertFalse(section(answer, Section.ANSWER).contains("A 10."), answer.toString());
    }

    @Test
    void addsTheAddressesThatAServiceRecordLeadsTo() throws IOException {
        assertEquals(
                "A 10.244.1.5; A 10.244.1.6",
                section(ask("_http._tcp.hl.default.svc.cluster.local.", Type.SRV), Section.ADDITIONAL));
    }

    @Test
    void passesOnWhatTheHostsResolversSay() throws IOException {
        Message answer = ask("nx.example.com.", Type.A);
        assertEquals(Rcode.NXDOMAIN, answer.getRcode());
        SimpleResolver tcp = resolver(server);
        tcp.setTCP(true);
        tcp.send(query("a.example.com.", Type.A));
        assertEquals(List.of("udp nx.example.com.", "tcp a.example.com."), upstream.asked);
    }

    @Test
    void endsALoopOfAliases() throws IOException {
        assertEquals(
                Rcode.SERVFAIL, ask("loop.default.svc.cluster.local.", Type.A).getRcode());
    }

    @Test
    void doesNotDenyNamesBeforeTheApiHasBeenRead() throws IOException {
        ClusterZone empty = new ClusterZone("cluster.local", address("10.96.0.10"));
        DnsServer early = opened(DnsServer.start(
                DnsServerSettings.of(InetAddress.getLoopbackAddress(), 0, () -> List.of(upstream.address())), empty));
        assertEquals(
                Rcode.SERVFAIL,
                resolver(early)
                        .send(query("web.default.svc.cluster.local.", Type.A))
                        .getRcode());
        assertEquals(
                Rcode.NOERROR,
                resolver(early).send(query("www.example.com.", Type.A)).getRcode());
    }

    @Test
    void forgetsARemovedServiceAndItsAddresses() throws IOException {
        zone.remove(new NamespacedName("default", "hl"));
        zone.remove(new NamespacedName("kube-system", "kube-dns"));
        assertEquals(
                Rcode.NXDOMAIN, ask("hl.default.svc.cluster.local.", Type.A).getRcode());
        assertEquals(
                Rcode.NXDOMAIN, ask("kube-system.svc.cluster.local.", Type.A).getRcode());
        assertEquals("", section(ask("5.1.244.10.in-addr.arpa.", Type.PTR), Section.ANSWER));
    }

    @Test
    void truncatesToWhatTheClientTakesAndGivesAllByTcp() throws IOException {
        String endpoints = java.util.stream.IntStream.range(2, 252)
                .mapToObj(i -> "{\"addresses\":[\"10.244.9." + i + "\"],\"conditions\":{\"ready\":true}}")
                .collect(Collectors.joining(","));
        given(
                "default",
                "many",
                "{\"clusterIP\":\"None\"}",
                "{\"addressType\":\"IPv4\",\"ports\":[],\"endpoints\":[" + endpoints + "]}");
        for (int edns : new int[] {0, 1232, 65_000}) {
            SimpleResolver resolver = resolver(server);
            resolver.setEDNS(edns > 0 ? 0 : -1, edns, 0, List.of());
            Message answer = resolver.send(query("many.default.svc.cluster.local.", Type.A));
            assertTrue(answer.getHeader().getFlag(Flags.TC));
            assertTrue(answer.numBytes() <= Math.clamp(edns, 512, 1232), edns + ": " + answer.numBytes());
            assertEquals(edns > 0, answer.getOPT() != null);
        }
        SimpleResolver tcp = resolver(server);
        tcp.setTCP(true);
        assertEquals(
                250,
                tcp.send(query("many.default.svc.cluster.local.", Type.A))
                        .getSection(Section.ANSWER)
                        .size());
    }

    @Test
    void shufflesEndpointsSoThatClientsSpread() throws IOException {
        List<String> firsts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            firsts.add(ask("hl.default.svc.cluster.local.", Type.A)
                    .getSection(Section.ANSWER)
                    .get(0)
                    .rdataToString());
        }
        assertEquals(2, firsts.stream().distinct().count());
    }

    @Test
    void asksTheNextResolverWhereOneIsSilentOrFails() throws IOException {
        FakeUpstream silent = opened(new FakeUpstream(query -> null));
        FakeUpstream failing = opened(new FakeUpstream(query -> {
            Message reply = query.clone();
            reply.getHeader().setFlag(Flags.QR);
            reply.getHeader().setRcode(Rcode.SERVFAIL);
            return reply;
        }));
        DnsServer patient = serve(
                Duration.ofMillis(200),
                DnsServerSettings.Limits.DEFAULT,
                silent.address(),
                failing.address(),
                upstream.address());
        assertEquals(
                "A 192.0.2.80", section(resolver(patient).send(query("www.example.com.", Type.A)), Section.ANSWER));
        DnsServer hopeless = serve(Duration.ofMillis(50), DnsServerSettings.Limits.DEFAULT, silent.address());
        assertEquals(
                Rcode.SERVFAIL,
                resolver(hopeless).send(query("www.example.com.", Type.A)).getRcode());
        DnsServer alone = serve(Duration.ofMillis(50), DnsServerSettings.Limits.DEFAULT);
        assertEquals(
                Rcode.SERVFAIL,
                resolver(alone).send(query("www.example.com.", Type.A)).getRcode());
    }

    @Test
    void answersClusterNamesWhileAllForwardsAreTaken() throws IOException {
        FakeUpstream silent = opened(new FakeUpstream(query -> null));
        DnsServer busy = serve(
                Duration.ofSeconds(5), new DnsServerSettings.Limits(1, 8, Duration.ofSeconds(5)), silent.address());
        CompletionStage<Message> waiting = resolver(busy).sendAsync(query("slow.example.com.", Type.A));
        NetworkLab.await(() -> !silent.asked.isEmpty());
        assertEquals(
                Rcode.SERVFAIL,
                resolver(busy).send(query("www.example.com.", Type.A)).getRcode());
        assertEquals(
                "A 10.96.0.20",
                section(resolver(busy).send(query("web.default.svc.cluster.local.", Type.A)), Section.ANSWER));
        assertFalse(waiting.toCompletableFuture().isDone());
    }

    @Test
    void closesConnectionsThatIdleOrAreTooMany() throws IOException {
        DnsServer strict = serve(
                Duration.ofSeconds(1), new DnsServerSettings.Limits(8, 1, Duration.ofMillis(300)), upstream.address());
        try (Socket first = new Socket(
                        strict.address().getAddress(), strict.address().getPort());
                Socket second = new Socket(
                        strict.address().getAddress(), strict.address().getPort())) {
            InputStream in = first.getInputStream();
            assertEquals(-1, second.getInputStream().read());
            assertEquals(-1, in.read());
        }
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        Message update = query("web.default.svc.cluster.local.", Type.A);
        update.getHeader().setOpcode(Opcode.UPDATE);
        assertEquals(Rcode.NOTIMP, exchange(update.toWire()).getRcode());
        Message chaos = Message.newQuery(
                Record.newRecord(Name.fromString("web.default.svc.cluster.local."), Type.A, DClass.CH));
        assertEquals(Rcode.REFUSED, exchange(chaos.toWire()).getRcode());
        Message future = query("web.default.svc.cluster.local.", Type.A);
        future.addRecord(new org.xbill.DNS.OPTRecord(1232, 0, 7), Section.ADDITIONAL);
        assertEquals(Rcode.BADVERS, exchange(future.toWire()).getRcode());
        byte[] cut = query("web.default.svc.cluster.local.", Type.A).toWire();
        assertEquals(
                Rcode.FORMERR,
                exchange(java.util.Arrays.copyOf(cut, cut.length - 3)).getRcode());
        Message none = new Message(7);
        assertEquals(Rcode.FORMERR, exchange(none.toWire()).getRcode());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void outlivesGarbage(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole =
                query("_http._tcp.hl.default.svc.cluster.local.", Type.SRV).toWire();
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 500; i++) {
                byte[] wire = random.nextBoolean() ? whole.clone() : new byte[random.nextInt(60)];
                for (int flips = 1 + random.nextInt(8); flips > 0 && wire.length > 0; flips--) {
                    wire[random.nextInt(wire.length)] = (byte) random.nextInt(256);
                }
                socket.send(new DatagramPacket(wire, wire.length, server.address()));
            }
        }
        // What a flood pushes out of the socket's buffer is asked again, as every client does.
        SimpleResolver impatient = resolver(server);
        impatient.setTimeout(Duration.ofMillis(500));
        NetworkLab.await(
                () -> {
                    try {
                        return section(impatient.send(query("web.default.svc.cluster.local.", Type.A)), Section.ANSWER)
                                .equals("A 10.96.0.20");
                    } catch (IOException e) {
                        return false;
                    }
                },
                () -> "seed " + seed);
    }

    private Message exchange(byte[] wire) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(20_000);
            socket.send(new DatagramPacket(wire, wire.length, server.address()));
            byte[] buffer = new byte[4096];
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            return new Message(java.util.Arrays.copyOf(buffer, packet.getLength()));
        }
    }

    @Test
    void readsTheHostsResolversButNotItself(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder)
            throws IOException {
        java.nio.file.Path file = folder.resolve("resolv.conf");
        java.nio.file.Files.writeString(
                file,
                "# a comment\nsearch example.com\nnameserver 10.96.0.10\nnameserver 192.0.2.53\n nameserver\t2001:db8::53\n"
                        + "nameserver junk\nnameserver 192.0.2.54\nnameserver 192.0.2.55\n");
        Function<InetSocketAddress, String> text =
                resolver -> resolver.getAddress().getHostAddress() + " " + resolver.getPort();
        assertEquals(
                List.of("192.0.2.53 53", "2001:db8:0:0:0:0:0:53 53", "192.0.2.54 53"),
                new HostResolvers(file, java.util.Set.of(address("10.96.0.10")))
                        .get().stream().map(text).toList());
    }
}
