package dev.troupe.node.runtime;

import java.util.List;

/** A pod's addresses, the primary one first. */
public record PodAddress(List<String> addresses) {
    public PodAddress {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a pod has at least one address");
        }
    }

    public static PodAddress of(String address) {
        return new PodAddress(List.of(address));
    }

    public String primary() {
        return addresses.get(0);
    }
}
