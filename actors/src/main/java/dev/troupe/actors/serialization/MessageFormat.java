package dev.troupe.actors.serialization;

import dev.troupe.actors.ClusterMessage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How one kind of message is written and read.
 *
 * @param manifest names the message and its format's version; never used for anything else again
 */
record MessageFormat<T extends ClusterMessage>(Class<T> type, String manifest, Writer<T> writer, Reader<T> reader) {

    /** Writes a message. */
    interface Writer<T> {
        void write(DataOutputStream out, T message) throws IOException;
    }

    /** Reads what the writer wrote, and skips what a newer one appended. */
    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    void write(DataOutputStream out, Object message) throws IOException {
        writer.write(out, type.cast(message));
    }
}
