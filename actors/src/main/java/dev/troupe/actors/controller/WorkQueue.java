package dev.troupe.actors.controller;

import dev.troupe.model.api.Cause;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.resource.ObjectKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys that a controller has to look at, each at most once at a time, with what set them in motion and how often they
 * failed. A key that changes while it is worked on is looked at once more afterwards. Not thread-safe: an actor owns it.
 */
final class WorkQueue {
    /** Reactions to one key's own writes that are told from others' changes; beyond them any counts as another's. */
    private static final int CAUSES_KEPT = 16;

    /**
     * A key to work on.
     *
     * @param attempt a number of its own for each piece of work, to know late answers by
     * @param failures of the key in a row, before this attempt
     */
    record Work(ObjectKey key, long attempt, Cause cause, int failures, Optional<PlanFailure> lastFailure) {}

    private static final class Entry {
        private Cause cause;
        private int failures;
        private int busyRounds;
        private Optional<PlanFailure> lastFailure = Optional.empty();
        /** The attempt under way; 0 for none. */
        private long running;

        private final Set<Cause> changedMeanwhile = new LinkedHashSet<>();

        private Entry(Cause cause) {
            this.cause = cause;
        }
    }

    private final Map<ObjectKey, Entry> entries = new HashMap<>();
    private final Set<ObjectKey> ready = new LinkedHashSet<>();
    private int running;
    private long attempts;

    /** Keys ready and running. */
    int size() {
        return ready.size() + running;
    }

    int running() {
        return running;
    }

    /** Something changed that concerns a key. */
    void add(ObjectKey key, Cause cause) {
        Entry entry = entries.computeIfAbsent(key, absent -> new Entry(cause));
        if (entry.running == 0) {
            if (ready.add(key)) {
                entry.cause = cause;
            }
        } else if (entry.changedMeanwhile.size() <= CAUSES_KEPT) {
            entry.changedMeanwhile.add(cause);
        }
    }

    /** Takes the key that has waited longest. */
    Optional<Work> next() {
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        ObjectKey key = ready.iterator().next();
        ready.remove(key);
        Entry entry = entryOf(key);
        entry.running = ++attempts;
        running++;
        return Optional.of(new Work(key, entry.running, entry.cause, entry.failures, entry.lastFailure));
    }

    /** Whether an answer belongs to the work under way. */
    boolean isRunning(Work work) {
        Entry entry = entries.get(work.key());
        return entry != null && entry.running == work.attempt();
    }

    /** There was nothing to do. */
    void settled(Work work) {
        Entry entry = finish(work);
        entry.failures = 0;
        entry.busyRounds = 0;
        entry.lastFailure = Optional.empty();
        if (entry.changedMeanwhile.isEmpty()) {
            entries.remove(work.key());
        } else {
            readyAgain(work.key(), entry);
        }
    }

    /**
     * A plan went through: look once more, whether that was all.
     *
     * @return how many plans of this key went through since there was last nothing to do
     */
    int progressed(Work work) {
        Entry entry = finish(work);
        entry.failures = 0;
        entry.lastFailure = Optional.empty();
        entry.busyRounds++;
        readyAgain(work.key(), entry);
        return entry.busyRounds;
    }

    /** A key that is ready waits for {@link #retry} after all. */
    void postpone(ObjectKey key) {
        ready.remove(key);
    }

    /**
     * The work failed. What others changed meanwhile makes the key ready at once; else it waits for {@link #retry}.
     *
     * @param own the writes that the plan made before it failed
     * @return whether it waits
     */
    boolean failed(Work work, Optional<PlanFailure> failure, Set<Cause> own) {
        Entry entry = finish(work);
        entry.failures++;
        entry.lastFailure = failure;
        boolean waits = entry.changedMeanwhile.size() <= CAUSES_KEPT && own.containsAll(entry.changedMeanwhile);
        if (waits) {
            entry.changedMeanwhile.clear();
        } else {
            readyAgain(work.key(), entry);
        }
        return waits;
    }

    /** The wait of a key is over. */
    void retry(ObjectKey key) {
        Entry entry = entries.get(key);
        if (entry != null && entry.running == 0) {
            ready.add(key);
        }
    }

    private Entry finish(Work work) {
        Entry entry = entryOf(work.key());
        if (entry.running != work.attempt()) {
            throw new IllegalStateException("not under way: " + work);
        }
        entry.running = 0;
        running--;
        return entry;
    }

    private void readyAgain(ObjectKey key, Entry entry) {
        for (Cause latest : entry.changedMeanwhile) {
            entry.cause = latest;
        }
        entry.changedMeanwhile.clear();
        ready.add(key);
    }

    private Entry entryOf(ObjectKey key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            throw new IllegalStateException("not in the queue: " + key);
        }
        return entry;
    }
}
