package dev.troupe.persistence.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What stands under an event's or snapshot's key.
 *
 * @param position in the global order of events; for a snapshot its time in milliseconds since the epoch
 * @param serializerId Pekko's number of the payload's serializer
 */
record StoredRecord(long position, int serializerId, String manifest, String writer, byte[] payload) {

    byte[] encode() {
        byte[] manifestBytes = manifest.getBytes(StandardCharsets.UTF_8);
        byte[] writerBytes = writer.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(16 + manifestBytes.length + writerBytes.length + payload.length)
                .putLong(position)
                .putInt(serializerId)
                .putShort((short) manifestBytes.length)
                .put(manifestBytes)
                .putShort((short) writerBytes.length)
                .put(writerBytes)
                .put(payload)
                .array();
    }

    static StoredRecord decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long position = buffer.getLong();
        int serializerId = buffer.getInt();
        String manifest = text(buffer);
        String writer = text(buffer);
        byte[] payload = new byte[buffer.remaining()];
        buffer.get(payload);
        return new StoredRecord(position, serializerId, manifest, writer, payload);
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.getShort() & 0xffff];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
