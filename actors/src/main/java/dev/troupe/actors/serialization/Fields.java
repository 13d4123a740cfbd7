package dev.troupe.actors.serialization;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes the parts of messages. */
final class Fields {
    /** More in one list is no message of ours. */
    private static final int MAX_ITEMS = 1_000_000;

    private Fields() {}

    /** Writes one item. */
    interface ItemWriter<T> {
        void write(DataOutputStream out, T item) throws IOException;
    }

    /** Reads one item. */
    interface ItemReader<T> {
        T read(DataInputStream in) throws IOException;
    }

    static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length + " where " + in.available() + " bytes are left");
        }
        return in.readNBytes(length);
    }

    static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    static <T> void list(DataOutputStream out, List<T> items, ItemWriter<T> writer) throws IOException {
        out.writeInt(items.size());
        for (T item : items) {
            writer.write(out, item);
        }
    }

    static <T> List<T> list(DataInputStream in, ItemReader<T> reader) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MAX_ITEMS) {
            throw new IOException("a list of " + size);
        }
        List<T> items = new ArrayList<>(Math.min(size, 1_024));
        for (int i = 0; i < size; i++) {
            items.add(reader.read(in));
        }
        return items;
    }
}
