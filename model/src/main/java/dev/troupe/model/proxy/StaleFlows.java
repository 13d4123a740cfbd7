package dev.troupe.model.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which tracked UDP flows must be forgotten after a change. UDP has no end of connection: a client that keeps sending
 * from one port would for ever follow the kernel's memory to an endpoint that is gone, or to nowhere where it was told
 * before the first endpoint came.
 */
public final class StaleFlows {
    private StaleFlows() {}

    /**
     * The arguments of {@code conntrack -D}, one list a call, each once.
     *
     * @param before ports as programmed until now
     * @param after ports as programmed now
     */
    public static List<List<String>> between(Collection<ServicePort> before, Collection<ServicePort> after) {
        Map<String, ServicePort> now = new HashMap<>();
        after.forEach(port -> now.put(port.identity(), port));
        Map<String, ServicePort> was = new HashMap<>();
        before.forEach(port -> was.put(port.identity(), port));
        List<List<String>> flows = new ArrayList<>();
        for (ServicePort old : before) {
            if (isUdp(old)) {
                ServicePort current = now.get(old.identity());
                Set<String> gone = addresses(old);
                if (current != null) {
                    gone.removeAll(addresses(current));
                }
                gone.forEach(address -> targets(old).forEach(target -> flows.add(to(target, "--dst-nat", address))));
            }
        }
        for (ServicePort port : after) {
            ServicePort old = was.get(port.identity());
            boolean hadNone = old == null || old.endpoints().isEmpty();
            if (isUdp(port) && hadNone && !port.endpoints().isEmpty()) {
                targets(port).forEach(target -> flows.add(to(target)));
            }
        }
        return flows.stream().distinct().toList();
    }

    private static boolean isUdp(ServicePort port) {
        return port.protocol().equals("udp");
    }

    private static Set<String> addresses(ServicePort port) {
        return port.endpoints().stream()
                .map(ServicePort.Endpoint::address)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What clients of a port send to, in conntrack's words. */
    private static List<List<String>> targets(ServicePort port) {
        List<List<String>> targets = new ArrayList<>();
        targets.add(List.of("--orig-dst", port.clusterIp()));
        port.exposure().externalIps().forEach(address -> targets.add(List.of("--orig-dst", address)));
        port.exposure().loadBalancerIps().forEach(address -> targets.add(List.of("--orig-dst", address)));
        if (port.exposure().nodePort() != 0) {
            targets.add(List.of("--dport", Integer.toString(port.exposure().nodePort())));
        }
        return targets;
    }

    private static List<String> to(List<String> target, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-D", "-p", "udp"));
        arguments.addAll(target);
        arguments.addAll(List.of(more));
        return arguments;
    }
}
