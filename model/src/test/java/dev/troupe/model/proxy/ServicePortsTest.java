package dev.troupe.model.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.proxy.ServicePort.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePortsTest {
    private static JsonNode service(String spec) {
        return Json.parseObject("{\"metadata\":{\"namespace\":\"ns\",\"name\":\"web\"},\"spec\":" + spec + "}");
    }

    private static JsonNode slice(String ports, String... endpoints) {
        return Json.parseObject("{\"addressType\":\"IPv4\",\"ports\":" + ports + ",\"endpoints\":["
                + String.join(",", endpoints) + "]}");
    }

    private static String endpoint(String address, String node, String conditions) {
        return "{\"addresses\":[\"" + address + "\"],\"nodeName\":\"" + node + "\",\"conditions\":" + conditions + "}";
    }

    @Test
    void joinsEachPortWithTheSlicesPortOfThatNameAndProtocol() {
        JsonNode service = service("""
                {"clusterIP":"10.96.0.9","ports":[
                  {"name":"dns","protocol":"UDP","port":53},{"name":"dns-tcp","protocol":"TCP","port":53,"nodePort":30053}]}""");
        JsonNode slice = slice(
                "[{\"name\":\"dns\",\"protocol\":\"UDP\",\"port\":5353},{\"name\":\"dns-tcp\",\"protocol\":\"TCP\",\"port\":5354}]",
                endpoint("10.244.1.2", "n1", "{\"ready\":true}"),
                endpoint("10.244.2.2", "n2", "{}"));
        List<ServicePort> ports = ServicePorts.of(service, List.of(slice), "n1");
        assertEquals(
                List.of("ns/web:dns/udp", "ns/web:dns-tcp/tcp"),
                ports.stream().map(ServicePort::identity).toList());
        assertEquals(
                List.of(new Endpoint("10.244.1.2", 5353, true, true), new Endpoint("10.244.2.2", 5353, false, true)),
                ports.get(0).endpoints());
        assertEquals(5354, ports.get(1).endpoints().get(0).port());
        assertEquals(30053, ports.get(1).exposure().nodePort());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                          | ready",
                "{\"ready\":true}                                            | ready",
                "{\"ready\":null}                                            | ready",
                "{\"ready\":false}                                           | none",
                "{\"ready\":false,\"serving\":true,\"terminating\":true}     | terminating",
                "{\"ready\":false,\"serving\":true,\"terminating\":false}    | none",
                "{\"ready\":false,\"serving\":false,\"terminating\":true}    | none",
                "{\"ready\":true,\"serving\":true,\"terminating\":true}      | ready",
            })
    void takesEndpointsByTheirConditions(String conditions, String expected) {
        JsonNode service = service("{\"clusterIP\":\"10.96.0.9\",\"ports\":[{\"port\":80}]}");
        JsonNode slice = slice("[{\"port\":8080}]", endpoint("10.244.1.2", "n1", conditions));
        List<Endpoint> found =
                ServicePorts.of(service, List.of(slice), "n1").get(0).endpoints();
        String seen = found.isEmpty() ? "none" : found.get(0).ready() ? "ready" : "terminating";
        assertEquals(expected, seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"clusterIP\":\"None\",\"ports\":[{\"port\":80}]}",
                "{\"clusterIP\":\"\",\"ports\":[{\"port\":80}]}",
                "{\"type\":\"ExternalName\",\"externalName\":\"a.example\"}",
                "{\"clusterIP\":\"fd00::1\",\"ports\":[{\"port\":80}]}",
                "{}",
            })
    void servesNothingWithoutAnAddressOfItsOwn(String spec) {
        assertEquals(List.of(), ServicePorts.of(service(spec), List.of(), "n1"));
    }

    @Test
    void leavesServicesOfAnotherProxyAlone() {
        JsonNode service = Json.parseObject("""
                {"metadata":{"namespace":"ns","name":"web","labels":{"service.kubernetes.io/service-proxy-name":"x"}},
                 "spec":{"clusterIP":"10.96.0.9","ports":[{"port":80}]}}""");
        assertEquals(List.of(), ServicePorts.of(service, List.of(), "n1"));
    }

    @Test
    void readsWhereAndForWhomItAnswers() {
        JsonNode service = Json.parseObject("""
                {"metadata":{"namespace":"ns","name":"web"},
                 "spec":{"clusterIP":"10.96.0.9","externalIPs":["203.0.113.7","2001:db8::7","203.0.113.7"],
                   "loadBalancerSourceRanges":["192.0.2.77/24"," 10.0.0.0/8","junk"],
                   "externalTrafficPolicy":"Local","internalTrafficPolicy":"Local","sessionAffinity":"ClientIP",
                   "ports":[{"port":80,"nodePort":30080}]},
                 "status":{"loadBalancer":{"ingress":[
                   {"ip":"198.51.100.7","ipMode":"VIP"},{"ip":"198.51.100.8","ipMode":"Proxy"},{"hostname":"lb.example"}]}}}""");
        ServicePort port = ServicePorts.of(service, List.of(), "n1").get(0);
        assertEquals(
                new ServicePort.Exposure(
                        30080, List.of("203.0.113.7"), List.of("198.51.100.7"), List.of("192.0.2.0/24", "10.0.0.0/8")),
                port.exposure());
        assertEquals(new ServicePort.TrafficPolicy(true, true, 10_800), port.policy());
    }

    @Test
    void countsAnEndpointThatStandsInTwoSlicesOnceAndReady() {
        JsonNode service = service("{\"clusterIP\":\"10.96.0.9\",\"ports\":[{\"port\":80}]}");
        String leaving = "{\"ready\":false,\"serving\":true,\"terminating\":true}";
        List<JsonNode> slices = List.of(
                slice("[{\"port\":8080}]", endpoint("10.244.1.2", "n1", leaving)),
                slice("[{\"port\":8080}]", endpoint("10.244.1.2", "n1", "{\"ready\":true}")));
        assertEquals(
                List.of(new Endpoint("10.244.1.2", 8080, true, true)),
                ServicePorts.of(service, slices, "n1").get(0).endpoints());
    }
}
