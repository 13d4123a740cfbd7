package dev.troupe.model.journal;

import java.util.Arrays;

/**
 * How the object's unversioned canonical bytes changed. A splice of bytes needs no knowledge of JSON, so that replay
 * gives the very bytes that were served.
 */
public sealed interface ObjectChange {

    /** The whole object; on create, or where a splice would not be smaller. */
    record Whole(byte[] object) implements ObjectChange {
        @Override
        public boolean equals(Object other) {
            return other instanceof Whole whole && Arrays.equals(object, whole.object);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(object);
        }
    }

    /** {@code removed} bytes at {@code offset} gave way to {@code inserted}. */
    record Splice(int offset, int removed, byte[] inserted) implements ObjectChange {
        @Override
        public boolean equals(Object other) {
            return other instanceof Splice splice
                    && offset == splice.offset
                    && removed == splice.removed
                    && Arrays.equals(inserted, splice.inserted);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * offset + removed) + Arrays.hashCode(inserted);
        }
    }

    /** The object is gone. Its last bytes are those before this event. */
    record Removed() implements ObjectChange {}

    /** The smaller of a splice and the whole. */
    static ObjectChange between(byte[] old, byte[] object) {
        int most = Math.min(old.length, object.length);
        int prefix = Arrays.mismatch(old, 0, most, object, 0, most);
        if (prefix < 0) {
            prefix = most;
        }
        int suffix = 0;
        while (suffix < most - prefix && old[old.length - 1 - suffix] == object[object.length - 1 - suffix]) {
            suffix++;
        }
        int inserted = object.length - prefix - suffix;
        if (inserted + 16 >= object.length) {
            return new Whole(object);
        }
        return new Splice(prefix, old.length - prefix - suffix, Arrays.copyOfRange(object, prefix, prefix + inserted));
    }

    /**
     * The object's bytes after this change. Total for every change that was journalled after {@code old}.
     *
     * @param old empty before creation
     * @return empty after removal
     */
    default byte[] apply(byte[] old) {
        return switch (this) {
            case Whole whole -> whole.object();
            case Removed removed -> new byte[0];
            case Splice splice -> {
                byte[] object = new byte[old.length - splice.removed() + splice.inserted().length];
                System.arraycopy(old, 0, object, 0, splice.offset());
                System.arraycopy(splice.inserted(), 0, object, splice.offset(), splice.inserted().length);
                int rest = splice.offset() + splice.removed();
                System.arraycopy(old, rest, object, splice.offset() + splice.inserted().length, old.length - rest);
                yield object;
            }
        };
    }
}
