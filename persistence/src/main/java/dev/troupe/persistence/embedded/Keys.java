package dev.troupe.persistence.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The layout of the store's keys. Event: {@code e pid 0 seqNr}; global order: {@code g position} to an event's key;
 * snapshot: {@code s pid 0 seqNr}; highest number of a stream whose events were deleted: {@code h pid}; wrapped data
 * key: {@code k pid}; mark of a stream that has or had events: {@code x pid}, or snapshots: {@code m pid}. Numbers are big-endian, so that keys sort by them.
 */
final class Keys {
    private static final int NUMBER = Long.BYTES;

    private Keys() {}

    static byte[] event(String persistenceId, long sequenceNr) {
        return numbered('e', persistenceId, sequenceNr);
    }

    static byte[] snapshot(String persistenceId, long sequenceNr) {
        return numbered('s', persistenceId, sequenceNr);
    }

    static byte[] streamMark(String persistenceId) {
        return named('x', persistenceId);
    }

    static byte[] snapshotMark(String persistenceId) {
        return named('m', persistenceId);
    }

    static byte[] global(long position) {
        return ByteBuffer.allocate(1 + NUMBER).put((byte) 'g').putLong(position).array();
    }

    static byte[] highest(String persistenceId) {
        return named('h', persistenceId);
    }

    static byte[] dataKey(String persistenceId) {
        return named('k', persistenceId);
    }

    private static byte[] numbered(char kind, String persistenceId, long sequenceNr) {
        byte[] id = persistenceId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + id.length + 1 + NUMBER)
                .put((byte) kind)
                .put(id)
                .put((byte) 0)
                .putLong(sequenceNr)
                .array();
    }

    private static byte[] named(char kind, String persistenceId) {
        byte[] id = persistenceId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + id.length).put((byte) kind).put(id).array();
    }

    /** Whether two numbered keys belong to one stream. */
    static boolean sameStream(byte[] key, byte[] other) {
        return key.length == other.length
                && Arrays.equals(key, 0, key.length - NUMBER, other, 0, other.length - NUMBER);
    }

    static long number(byte[] key) {
        return ByteBuffer.wrap(key, key.length - NUMBER, NUMBER).getLong();
    }

    /** The persistence id of a numbered key. */
    static String persistenceId(byte[] numberedKey) {
        return new String(numberedKey, 1, numberedKey.length - 2 - NUMBER, StandardCharsets.UTF_8);
    }
}
