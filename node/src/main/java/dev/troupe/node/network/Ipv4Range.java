package dev.troupe.node.network;

import java.util.OptionalInt;

/**
 * A range of IPv4 addresses.
 *
 * @param network the first address, as 32 bits
 * @param bits length of the prefix, 0 to 32
 */
public record Ipv4Range(int network, int bits) {
    public Ipv4Range {
        if (bits < 0 || bits > 32) {
            throw new IllegalArgumentException("not the length of an IPv4 prefix: " + bits);
        }
        network &= bits == 0 ? 0 : -1 << (32 - bits);
    }

    /** @throws IllegalArgumentException if the text is not of the form {@code 10.244.1.0/24} */
    public static Ipv4Range parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
            throw new IllegalArgumentException("not an IPv4 range: " + text);
        }
        return new Ipv4Range(value(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** How many addresses there are; the ranges of one node's pods have far below 2^31. */
    public long size() {
        return 1L << (32 - bits);
    }

    /** @throws IllegalArgumentException if the range has no such address */
    public String address(long offset) {
        if (offset < 0 || offset >= size()) {
            throw new IllegalArgumentException(this + " has no address " + offset);
        }
        return text(network + (int) offset);
    }

    /** The place of an address in this range; empty if it is outside or no IPv4 address. */
    public OptionalInt offset(String address) {
        int value;
        try {
            value = value(address);
        } catch (IllegalArgumentException e) {
            return OptionalInt.empty();
        }
        long offset = Integer.toUnsignedLong(value) - Integer.toUnsignedLong(network);
        return offset >= 0 && offset < size() && offset <= Integer.MAX_VALUE
                ? OptionalInt.of((int) offset)
                : OptionalInt.empty();
    }

    private static int value(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("not an IPv4 address: " + address);
        }
        int value = 0;
        for (String part : parts) {
            if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
                throw new IllegalArgumentException("not an IPv4 address: " + address);
            }
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    @Override
    public String toString() {
        return text(network) + "/" + bits;
    }
}
