package dev.troupe.model.controller.node;

import java.util.BitSet;
import java.util.OptionalInt;

/**
 * A range of IPv4 addresses cut into equal parts, counted from 0.
 *
 * @param base the first address
 * @param mask bits of the whole range's prefix
 * @param partMask bits of a part's prefix
 */
record Ipv4Ranges(long base, int mask, int partMask) {
    private static final int BITS = 32;

    Ipv4Ranges {
        if (mask < 0 || partMask < mask || partMask > BITS) {
            throw new IllegalArgumentException("a /" + partMask + " is no part of a /" + mask);
        }
    }

    static Ipv4Ranges of(String cidr, int partMask) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not a range of addresses: " + cidr);
        }
        return new Ipv4Ranges(address(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)), partMask);
    }

    private static long address(String text) {
        String[] parts = text.split("\\.");
        if (parts.length != 4) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        long address = 0;
        for (String part : parts) {
            address = address << 8 | Integer.parseInt(part);
        }
        return address;
    }

    int count() {
        return 1 << Math.min(partMask - mask, 30);
    }

    private long partSize() {
        return 1L << (BITS - partMask);
    }

    /** Marks all parts that another range touches; one of another family or place touches none. */
    void mark(BitSet taken, String cidr) {
        if (cidr.contains(":")) {
            return;
        }
        Ipv4Ranges other = of(cidr, BITS);
        long otherSize = 1L << (BITS - other.mask());
        long first = Math.floorDiv(other.base() - base, partSize());
        long last = Math.floorDiv(other.base() + otherSize - 1 - base, partSize());
        if (last >= 0 && first < count()) {
            taken.set((int) Math.max(0, first), (int) Math.min(count() - 1L, last) + 1);
        }
    }

    OptionalInt firstFree(BitSet taken) {
        int free = taken.nextClearBit(0);
        return free < count() ? OptionalInt.of(free) : OptionalInt.empty();
    }

    String text(int part) {
        long address = base + part * partSize();
        return (address >> 24) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255) + "/"
                + partMask;
    }
}
