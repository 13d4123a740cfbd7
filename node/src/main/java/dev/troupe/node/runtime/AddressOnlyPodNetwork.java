package dev.troupe.node.runtime;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives addresses out of an IPv4 range and connects nothing: for simulated nodes, and where the node may not touch the
 * network. Pods then reach themselves only.
 */
public final class AddressOnlyPodNetwork implements PodNetwork {
    private final int network;
    private final int size;
    private final BitSet taken = new BitSet();
    private final Map<String, Integer> byKey = new HashMap<>();
    private int next = 2;

    /**
     * @param podCidr for example {@code 10.244.1.0/24}
     * @throws IllegalArgumentException if it is no IPv4 range of at least four addresses
     */
    public AddressOnlyPodNetwork(String podCidr) {
        int slash = podCidr.indexOf('/');
        int bits = slash < 0 ? 32 : Integer.parseInt(podCidr.substring(slash + 1));
        if (slash < 0 || bits < 8 || bits > 30) {
            throw new IllegalArgumentException("not an IPv4 range of at least four addresses: " + podCidr);
        }
        this.size = 1 << (32 - bits);
        this.network = value(podCidr.substring(0, slash)) & -size;
    }

    private static int value(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("not an IPv4 address: " + address);
        }
        int value = 0;
        for (String part : parts) {
            int number = Integer.parseInt(part);
            if (number < 0 || number > 255) {
                throw new IllegalArgumentException("not an IPv4 address: " + address);
            }
            value = value << 8 | number;
        }
        return value;
    }

    @Override
    public synchronized PodAddress reserve(String podKey) throws IOException {
        Integer known = byKey.get(podKey);
        return PodAddress.of(text(known == null ? take(podKey) : known));
    }

    private int take(String podKey) throws IOException {
        // The first address is the network's, the second the gateway's, the last the broadcast's.
        int free = taken.nextClearBit(next);
        if (free >= size - 1) {
            free = taken.nextClearBit(2);
        }
        if (free >= size - 1) {
            throw new IOException(
                    "no free address left in the node's pod range " + text(0) + ": " + (size - 3) + " are in use");
        }
        taken.set(free);
        byKey.put(podKey, free);
        next = free + 1;
        return free;
    }

    @Override
    public PodAddress attach(SandboxId id, long pausePid, String podKey) throws IOException {
        return reserve(podKey);
    }

    @Override
    public synchronized void detach(SandboxId id, String podKey) {
        Integer known = byKey.remove(podKey);
        if (known != null) {
            taken.clear(known);
        }
    }

    @Override
    public synchronized void retain(Map<String, PodAddress> inUse) {
        taken.clear();
        byKey.clear();
        inUse.forEach((key, address) -> {
            int offset = value(address.primary()) - network;
            if (offset > 0 && offset < size) {
                taken.set(offset);
                byKey.put(key, offset);
            }
        });
    }

    private String text(int offset) {
        int address = network + offset;
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }
}
