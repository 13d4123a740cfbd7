package dev.troupe.model.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.troupe.model.proxy.ServicePort.Endpoint;
import dev.troupe.model.proxy.ServicePort.Exposure;
import dev.troupe.model.proxy.ServicePort.TrafficPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StaleFlowsTest {
    private static ServicePort port(String protocol, int nodePort, String... addresses) {
        return new ServicePort(
                "ns/dns",
                protocol,
                "10.96.0.10",
                53,
                new Exposure(nodePort, List.of(), List.of(), List.of()),
                TrafficPolicy.CLUSTER,
                Stream.of(addresses)
                        .map(address -> new Endpoint(address, 5353, true, true))
                        .toList());
    }

    private static List<String> flows(List<ServicePort> before, List<ServicePort> after) {
        return StaleFlows.between(before, after).stream()
                .map(words -> String.join(" ", words))
                .toList();
    }

    @Test
    void forgetsFlowsToAnEndpointThatIsGone() {
        assertEquals(
                List.of(
                        "-D -p udp --orig-dst 10.96.0.10 --dst-nat 10.244.1.3",
                        "-D -p udp --dport 30053 --dst-nat 10.244.1.3"),
                flows(
                        List.of(port("udp", 30053, "10.244.1.2", "10.244.1.3")),
                        List.of(port("udp", 30053, "10.244.1.2"))));
    }

    @Test
    void forgetsFlowsOfARemovedService() {
        assertEquals(
                List.of("-D -p udp --orig-dst 10.96.0.10 --dst-nat 10.244.1.2"),
                flows(List.of(port("udp", 0, "10.244.1.2")), List.of()));
    }

    @Test
    void forgetsFlowsThatFoundNothingOnceThereIsAnEndpoint() {
        assertEquals(
                List.of("-D -p udp --orig-dst 10.96.0.10"),
                flows(List.of(port("udp", 0)), List.of(port("udp", 0, "10.244.1.2"))));
        assertEquals(
                List.of("-D -p udp --orig-dst 10.96.0.10"), flows(List.of(), List.of(port("udp", 0, "10.244.1.2"))));
    }

    @Test
    void leavesConnectionsWithAnEndAlone() {
        assertEquals(List.of(), flows(List.of(port("tcp", 0, "10.244.1.2")), List.of(port("tcp", 0))));
        List<ServicePort> same = List.of(port("udp", 0, "10.244.1.2"));
        assertEquals(List.of(), flows(same, same));
    }
}
