package dev.troupe.node.worker;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the end of what is written. */
final class LastBytes extends OutputStream {
    private final byte[] ring;
    private long written;

    LastBytes(int size) {
        this.ring = new byte[size];
    }

    @Override
    public void write(int b) {
        ring[(int) (written++ % ring.length)] = (byte) b;
    }

    String text() {
        int size = (int) Math.min(written, ring.length);
        byte[] last = new byte[size];
        for (int i = 0; i < size; i++) {
            last[i] = ring[(int) ((written - size + i) % ring.length)];
        }
        return new String(last, StandardCharsets.UTF_8);
    }
}
