package dev.troupe.node.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The engine's stream of two outputs in one: each piece after a head of eight bytes, stream number and length. */
final class EngineFrames {
    private static final int HEAD = 8;
    private static final int STDERR = 2;
    private static final int BUFFER = 16 * 1024;

    private EngineFrames() {}

    /** Copies without frames, as a terminal's output comes, until the end. */
    static void copyPlain(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            to.flush();
        }
    }

    /** Copies each frame to its sink until the end. */
    static void copyFramed(InputStream from, OutputStream stdout, OutputStream stderr) throws IOException {
        byte[] buffer = new byte[BUFFER];
        while (true) {
            int got = from.readNBytes(buffer, 0, HEAD);
            if (got == 0) {
                return;
            }
            if (got < HEAD) {
                throw new EOFException("the engine's stream ends within a frame");
            }
            OutputStream sink = buffer[0] == STDERR ? stderr : stdout;
            long left = (buffer[4] & 0xffL) << 24
                    | (buffer[5] & 0xffL) << 16
                    | (buffer[6] & 0xffL) << 8
                    | buffer[7] & 0xffL;
            while (left > 0) {
                int count = from.read(buffer, 0, (int) Math.min(left, BUFFER));
                if (count < 0) {
                    throw new EOFException("the engine's stream ends within a frame");
                }
                sink.write(buffer, 0, count);
                left -= count;
            }
            sink.flush();
        }
    }
}
