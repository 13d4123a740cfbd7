package dev.troupe.actors.sequencer;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** The newest publications, kept to fill a follower's gap without reading the journal. Not thread-safe. */
final class RecentPublications {
    /** Some seconds of the busiest resource: a gap is noticed within one. */
    private static final int MAX_COUNT = 8_192;

    private static final long MAX_BYTES = 16L << 20;

    private final ArrayDeque<Publication> publications = new ArrayDeque<>();
    private long bytes;
    private long before;

    /** Forgets all; what comes next follows on this version. */
    void restart(long version) {
        publications.clear();
        bytes = 0;
        before = version;
    }

    void add(Publication publication) {
        publications.addLast(publication);
        bytes += publication.object().length;
        while (publications.size() > MAX_COUNT || bytes > MAX_BYTES) {
            Publication oldest = publications.removeFirst();
            bytes -= oldest.object().length;
            before = oldest.resourceVersion();
        }
    }

    /** All after a version; empty if some of them are forgotten. */
    Optional<List<Publication>> after(long version) {
        if (version < before) {
            return Optional.empty();
        }
        return Optional.of(publications.stream()
                .filter(publication -> publication.resourceVersion() > version)
                .toList());
    }
}
