package dev.troupe.app.server;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The addresses of this machine. */
final class Addresses {
    private Addresses() {}

    /** All IPv4 addresses of running interfaces, those that others can reach first, loopback last. */
    static List<InetAddress> local() {
        List<InetAddress> addresses = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .forEach(link -> link.inetAddresses()
                            .filter(Inet4Address.class::isInstance)
                            .forEach(addresses::add));
        } catch (SocketException e) {
            throw new IllegalStateException("this machine's network interfaces cannot be listed", e);
        }
        addresses.sort(Comparator.comparing(InetAddress::isLoopbackAddress));
        if (addresses.isEmpty()) {
            addresses.add(InetAddress.getLoopbackAddress());
        }
        return List.copyOf(addresses);
    }

    /** The wanted port if nobody listens on it, else any free one. */
    static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted)) {
            return socket.getLocalPort();
        } catch (BindException e) {
            try (ServerSocket socket = new ServerSocket(0)) {
                return socket.getLocalPort();
            }
        }
    }
}
