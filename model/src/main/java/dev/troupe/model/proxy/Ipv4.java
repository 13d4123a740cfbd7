package dev.troupe.model.proxy;

import java.util.Optional;
import java.util.OptionalInt;

/** IPv4 addresses and ranges as iptables reads and prints them. */
final class Ipv4 {
    private Ipv4() {}

    static boolean isAddress(String text) {
        return value(text).isPresent();
    }

    /** A range as iptables prints it, with the bits of the host cleared; empty if the text is no IPv4 range. */
    static Optional<String> range(String text) {
        int slash = text.indexOf('/');
        OptionalInt address = value(slash < 0 ? text : text.substring(0, slash));
        OptionalInt bits = slash < 0 ? OptionalInt.of(32) : number(text.substring(slash + 1), 32);
        if (address.isEmpty() || bits.isEmpty()) {
            return Optional.empty();
        }
        int network = address.getAsInt() & mask(bits.getAsInt());
        return Optional.of((network >>> 24) + "." + (network >>> 16 & 0xff) + "." + (network >>> 8 & 0xff) + "."
                + (network & 0xff) + "/" + bits.getAsInt());
    }

    /** Whether an address lies in a range that {@link #range} made. */
    static boolean contains(String range, String address) {
        int slash = range.indexOf('/');
        OptionalInt network = value(range.substring(0, slash));
        OptionalInt value = value(address);
        int mask = mask(Integer.parseInt(range.substring(slash + 1)));
        return network.isPresent() && value.isPresent() && (value.getAsInt() & mask) == network.getAsInt();
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << (32 - bits);
    }

    private static OptionalInt value(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return OptionalInt.empty();
        }
        int value = 0;
        for (String part : parts) {
            OptionalInt number = number(part, 255);
            if (number.isEmpty()) {
                return OptionalInt.empty();
            }
            value = value << 8 | number.getAsInt();
        }
        return OptionalInt.of(value);
    }

    private static OptionalInt number(String text, int most) {
        if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(text);
        return number <= most ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
