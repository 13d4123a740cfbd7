package dev.troupe.actors.allocation;

import dev.troupe.model.kind.validation.IpAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The IPv4 addresses that services get, for example {@code 10.96.0.0/16}. The network's own and the broadcast address
 * are never given out.
 */
public final class AddressRange {
    /** Kubernetes keeps up to so many of the lowest addresses for those who ask for one (KEP-3070). */
    private static final int MOST_KEPT_FOR_REQUESTS = 256;

    private final String text;
    private final int network;
    private final int prefix;

    private AddressRange(String text, int network, int prefix) {
        this.text = text;
        this.network = network;
        this.prefix = prefix;
    }

    /** @throws IllegalArgumentException if the text is no IPv4 network of 8 to 30 bits */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = slash < 0 ? Optional.empty() : IpAddresses.parse(text.substring(0, slash));
        String length = text.substring(slash + 1);
        if (address.isEmpty() || !(address.get() instanceof Inet4Address) || !length.matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("not an IPv4 network such as 10.96.0.0/16: " + text);
        }
        int bits = Integer.parseInt(length);
        int start = number(address.get());
        if (bits < 8 || bits > 30 || (start & ~mask(bits)) != 0) {
            throw new IllegalArgumentException("not an IPv4 network of 8 to 30 bits: " + text);
        }
        return new AddressRange(text, start, bits);
    }

    private static int mask(int bits) {
        return -1 << (32 - bits);
    }

    private static int number(InetAddress address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    /** Addresses that can be given out. */
    public int size() {
        return (1 << (32 - prefix)) - 2;
    }

    /** The nth address, beginning with 0. */
    public String address(int index) {
        int value = network + 1 + index;
        return (value >>> 24) + "." + (value >>> 16 & 255) + "." + (value >>> 8 & 255) + "." + (value & 255);
    }

    /** The first addresses, taken only when the others are used up. */
    public int keptForRequests() {
        return Math.min(Math.max(16, size() / 16), Math.min(MOST_KEPT_FOR_REQUESTS, size() / 2));
    }

    /** Whether an address can be given out. */
    public boolean contains(String address) {
        return IpAddresses.parse(address)
                .filter(parsed -> parsed instanceof Inet4Address)
                .map(parsed -> number(parsed) - network - 1)
                .filter(index -> index >= 0 && index < size())
                .isPresent();
    }

    @Override
    public String toString() {
        return text;
    }
}
