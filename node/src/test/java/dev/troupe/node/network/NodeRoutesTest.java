package dev.troupe.node.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.troupe.model.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeRoutesTest {
    @Test
    void routesPodsThroughTheirNodesInternalAddress() {
        String node = """
                {"spec":{"podCIDR":"10.244.2.0/24"},"status":{"addresses":[
                 {"type":"Hostname","address":"n2"},{"type":"ExternalIP","address":"203.0.113.2"},
                 {"type":"InternalIP","address":"fd00::2"},{"type":"InternalIP","address":"10.99.0.12"}]}}""";
        assertEquals(Map.of(Ipv4Range.parse("10.244.2.0/24"), "10.99.0.12"), NodeRoutes.routes(Json.parseObject(node)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"spec\":{\"podCIDR\":\"10.244.2.0/24\"}}",
                "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"10.99.0.12\"}]}}",
                "{\"spec\":{\"podCIDR\":\"fd00::/64\"},\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"10.99.0.12\"}]}}",
            })
    void knowsNoWayYet(String node) {
        assertEquals(Map.of(), NodeRoutes.routes(Json.parseObject(node)));
    }

    @Test
    void readsRanges() {
        Ipv4Range range = Ipv4Range.parse("10.244.1.77/24");
        assertEquals("10.244.1.0/24", range.toString());
        assertEquals("10.244.1.255", range.address(255));
        assertEquals(77, range.offset("10.244.1.77").orElseThrow());
        assertEquals(true, range.offset("10.244.2.0").isEmpty());
        assertEquals(true, range.offset("junk").isEmpty());
        for (String bad : new String[] {"10.244.1.0", "10.244.1.0/33", "10.244.1/24", "10.244.1.256/24", "a/24", ""}) {
            assertThrows(IllegalArgumentException.class, () -> Ipv4Range.parse(bad), bad);
        }
    }
}
