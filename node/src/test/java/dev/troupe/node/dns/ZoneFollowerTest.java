package dev.troupe.node.dns;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.node.testkit.BareKinds;
import dev.troupe.node.testkit.NetworkLab;
import java.io.IOException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

class ZoneFollowerTest {
    private final ActorTestKit actors = ActorTestKit.create();
    private final InMemoryResourceApi api = BareKinds.api();
    private final ClusterZone zone = new ClusterZone(
            "cluster.local", ServiceNamesReader.address("10.96.0.10").orElseThrow());

    @AfterEach
    void stop() {
        actors.shutdownTestKit();
    }

    private boolean has(String name, String text) throws IOException {
        return zone.find(Name.fromString(name)).toString().contains(text);
    }

    @Test
    void followsServicesAndTheirEndpoints() throws IOException {
        String name = "hl.default.svc.cluster.local.";
        assertInstanceOf(ClusterZone.Found.Unknown.class, zone.find(Name.fromString(name)));
        actors.spawn(ZoneFollower.create(api, InMemoryResourceApi.admin(), zone));
        NetworkLab.await(() -> zone.find(Name.fromString(name)) instanceof ClusterZone.Found.Nothing);

        api.given("""
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                 "metadata":{"namespace":"default","name":"hl-1","labels":{"kubernetes.io/service-name":"hl"}},
                 "ports":[],"endpoints":[{"addresses":["10.244.1.5"],"conditions":{"ready":true}}]}""");
        api.given("""
                {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"hl"},
                 "spec":{"clusterIP":"None"}}""");
        NetworkLab.await(() -> has(name, "10.244.1.5"));

        api.delete(
                InMemoryResourceApi.admin(),
                BuiltInTypes.ENDPOINT_SLICES.key("default", "hl-1"),
                DeleteOptions.defaults());
        NetworkLab.await(() -> zone.find(Name.fromString(name)) instanceof ClusterZone.Found.Nothing);
        api.delete(InMemoryResourceApi.admin(), BuiltInTypes.SERVICES.key("default", "hl"), DeleteOptions.defaults());
        NetworkLab.await(
                () -> zone.find(Name.fromString("default.svc.cluster.local.")) instanceof ClusterZone.Found.Nothing);
    }
}
