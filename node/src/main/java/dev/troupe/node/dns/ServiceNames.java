package dev.troupe.node.dns;

import java.net.InetAddress;
import java.util.List;
import org.xbill.DNS.Name;

/** What DNS tells of one Service. */
public sealed interface ServiceNames {

    /** A service with virtual addresses. */
    record Virtual(List<InetAddress> addresses, List<Port> ports) implements ServiceNames {
        public Virtual {
            addresses = List.copyOf(addresses);
            ports = List.copyOf(ports);
        }
    }

    /** A service without: its name stands for its ready endpoints. */
    record Headless(List<Endpoint> endpoints) implements ServiceNames {
        public Headless {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** Another name for a host elsewhere. */
    record External(Name target) implements ServiceNames {}

    /**
     * @param name empty for a single port without a name, which gets no SRV record
     * @param protocol tcp, udp or sctp
     */
    record Port(String name, String protocol, int number) {}

    /** @param hostname the label below the service's name; the address with dashes where the pod gave none */
    record Endpoint(String hostname, InetAddress address, List<Port> ports) {
        public Endpoint {
            ports = List.copyOf(ports);
        }
    }
}
