package dev.troupe.tests.check;

import java.util.Map;

/** What one watching client saw, one thing after the other. */
public sealed interface Sight {

    /** A list; it goes on from its version. */
    record Listed(long version, Map<String, Item> items) implements Sight {
        public Listed {
            items = Map.copyOf(items);
        }
    }

    /** An object of a list. */
    record Item(long version, String content) {}

    /** A watch began after a version. */
    record Began(long version) implements Sight {}

    record Event(Truth.Change change) implements Sight {}

    record Bookmark(long version) implements Sight {}

    /** 410: the version is too old, the client must list. */
    record Expired() implements Sight {}
}
