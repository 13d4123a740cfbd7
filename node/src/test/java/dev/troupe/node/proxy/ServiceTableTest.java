package dev.troupe.node.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.proxy.ProxySettings;
import dev.troupe.model.proxy.RuleSet;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.node.reflect.Reflection;
import dev.troupe.node.testkit.BareKinds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceTableTest {
    private final InMemoryResourceApi api = BareKinds.api();
    private final ServiceTable table = table(Optional.of(new DnsListener("10.96.0.10", "10.244.1.1", 5353)));

    private static ServiceTable table(Optional<DnsListener> dns) {
        ServiceTable table = new ServiceTable(new ProxySettings("10.244.0.0/16", "10.99.0.11"), "n1", dns);
        table.services(new Reflection.Replaced(Map.of()));
        table.slices(new Reflection.Replaced(Map.of()));
        return table;
    }

    private StoredObject service(String name, String clusterIp) {
        return api.given("""
                {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"ns","name":"%s"},
                 "spec":{"clusterIP":"%s","ports":[{"name":"dns","protocol":"UDP","port":53}]}}""".formatted(name, clusterIp));
    }

    private StoredObject slice(String name, String service, String address) {
        return api.given("""
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                 "metadata":{"namespace":"ns","name":"%s","labels":{"kubernetes.io/service-name":"%s"}},
                 "ports":[{"name":"dns","protocol":"UDP","port":53}],"endpoints":[{"addresses":["%s"]}]}""".formatted(name, service, address));
    }

    private static Reflection set(StoredObject object) {
        return new Reflection.Changed(List.of(new Reflection.Change.Set(object)));
    }

    private static Reflection removed(StoredObject object) {
        return new Reflection.Changed(List.of(new Reflection.Change.Removed(object)));
    }

    private String nat() {
        return table.plan().tables().get(0).chains().toString();
    }

    @Test
    void waitsForBothResources() {
        ServiceTable half = new ServiceTable(new ProxySettings("10.244.0.0/16", "10.99.0.11"), "n1", Optional.empty());
        assertFalse(half.isComplete());
        half.services(new Reflection.Replaced(Map.of()));
        assertFalse(half.isComplete());
        half.slices(new Reflection.Replaced(Map.of()));
        assertTrue(half.isComplete());
    }

    @Test
    void leadsTheClustersDnsAddressToTheNodesOwnServerUntilOthersServe() {
        assertEquals(
                List.of("kube-system/kube-dns:dns/udp", "kube-system/kube-dns:dns-tcp/tcp"),
                table.plan().ports().stream().map(port -> port.identity()).toList());
        assertTrue(nat().contains("--to-destination 10.244.1.1:5353"), nat());

        StoredObject dns = service("coredns", "10.96.0.10");
        table.services(set(dns));
        assertEquals(
                List.of("ns/coredns:dns/udp"),
                table.plan().ports().stream().map(port -> port.identity()).toList());
        assertTrue(nat().contains("--to-destination 10.244.1.1:5353"), nat());

        StoredObject slice = slice("coredns-1", "coredns", "10.244.1.9");
        table.slices(set(slice));
        assertTrue(nat().contains("--to-destination 10.244.1.9:53") && !nat().contains("10.244.1.1"), nat());

        table.slices(removed(slice));
        assertTrue(nat().contains("--to-destination 10.244.1.1:5353"), nat());
        table.services(removed(dns));
        assertEquals(2, table.plan().ports().size());
    }

    @Test
    void makesAgainOnlyTheRulesOfWhatChanged() {
        table.services(set(service("a", "10.96.0.20")));
        table.services(set(service("b", "10.96.0.21")));
        table.slices(set(slice("a-1", "a", "10.244.1.5")));
        table.slices(set(slice("b-1", "b", "10.244.1.6")));
        RuleSet before = table.plan().tables().get(0);
        table.slices(set(slice("b-2", "b", "10.244.1.7")));
        RuleSet after = table.plan().tables().get(0);
        String untouched = before.chains().keySet().stream()
                .filter(chain -> before.chains().get(chain).toString().contains("ns/a:dns ->"))
                .findFirst()
                .orElseThrow();
        assertSame(before.chains().get(untouched), after.chains().get(untouched));
        assertEquals(1, after.restoreTextsFrom(before, 1_000).size());
    }

    @Test
    void movesASliceWithItsLabel() {
        table.services(set(service("a", "10.96.0.20")));
        table.services(set(service("b", "10.96.0.21")));
        table.slices(set(slice("moving", "a", "10.244.1.5")));
        assertTrue(nat().contains("ns/a:dns -> 10.244.1.5:53"), nat());
        InMemoryResourceApi later = BareKinds.api();
        StoredObject moved = later.given("""
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                 "metadata":{"namespace":"ns","name":"moving","labels":{"kubernetes.io/service-name":"b"}},
                 "ports":[{"name":"dns","protocol":"UDP","port":53}],"endpoints":[{"addresses":["10.244.1.5"]}]}""");
        table.slices(set(moved));
        assertTrue(nat().contains("ns/b:dns -> 10.244.1.5:53") && !nat().contains("ns/a:dns ->"), nat());
    }
}
