package dev.troupe.node.dns;

import dev.troupe.model.resource.NamespacedName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A DNS server in a process of its own, to be run in a network namespace: ADDRESS PORT; knows web in default only. */
public final class DnsLabMain {
    private DnsLabMain() {}

    public static void main(String[] arguments) throws IOException {
        ClusterZone zone = new ClusterZone("cluster.local", InetAddress.getByName("10.96.0.10"));
        zone.put(
                new NamespacedName("default", "web"),
                new ServiceNames.Virtual(List.of(InetAddress.getByName("10.96.0.20")), List.of()));
        zone.markComplete();
        try (DnsServer server = DnsServer.start(
                DnsServerSettings.of(
                        InetAddress.getByName(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        () -> List.<InetSocketAddress>of()),
                zone)) {
            System.out.println("listening at " + server.address());
            // Until whoever started this goes, or closes the pipe.
            while (System.in.read() >= 0) {}
        }
    }
}
