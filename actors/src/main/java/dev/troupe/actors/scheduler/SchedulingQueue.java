package dev.troupe.actors.scheduler;

import dev.troupe.model.api.Cause;
import dev.troupe.model.scheduler.PendingPod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The pods without a node: those to be tried, the most important and oldest first, and those that fit nowhere and wait
 * for something to change. Belongs to the scheduler's actor.
 */
final class SchedulingQueue {
    /** As Kubernetes: 1 s after the first failure, doubled up to 10 s. */
    private static final Duration MIN_BACKOFF = Duration.ofSeconds(1);

    private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);

    private static final Comparator<Entry> ORDER =
            Comparator.comparingInt((Entry entry) -> -entry.pod.priority()).thenComparingLong(Entry::arrival);

    /**
     * A pod without a node.
     *
     * @param cause what made it worth a try
     * @param attempts that failed so far
     * @param notBefore when it may be tried again
     * @param arrival its place among its equals
     * @param told the last message that its status and an Event gave; empty before the first
     */
    record Entry(PendingPod pod, Cause cause, int attempts, Instant notBefore, long arrival, String told) {
        Entry changed(PendingPod newPod, Cause newCause) {
            return new Entry(newPod, newCause, attempts, notBefore, arrival, told);
        }

        Entry failed(Instant now, String message) {
            long doubled = MIN_BACKOFF.toMillis() << Math.min(attempts, 10);
            Duration backoff = Duration.ofMillis(Math.min(doubled, MAX_BACKOFF.toMillis()));
            return new Entry(pod, cause, attempts + 1, now.plus(backoff), arrival, message);
        }
    }

    private final TreeSet<Entry> ready = new TreeSet<>(ORDER);
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Entry> waiting = new HashMap<>();
    private long arrivals;

    /** A pod appeared or changed so that it is worth a try. */
    void offer(PendingPod pod, Cause cause) {
        Entry known = entries.get(pod.uid());
        Entry entry = known == null ? new Entry(pod, cause, 0, Instant.MIN, ++arrivals, "") : known.changed(pod, cause);
        remove(pod.uid());
        entries.put(pod.uid(), entry);
        ready.add(entry);
    }

    /** A waiting or queued pod changed in a way that does not matter to scheduling. */
    void refresh(PendingPod pod) {
        Entry known = entries.get(pod.uid());
        if (known != null) {
            boolean waits = waiting.containsKey(pod.uid());
            Entry fresh = known.changed(pod, known.cause());
            remove(pod.uid());
            entries.put(pod.uid(), fresh);
            if (waits) {
                waiting.put(pod.uid(), fresh);
            } else {
                ready.add(fresh);
            }
        }
    }

    Optional<Entry> find(String uid) {
        return Optional.ofNullable(entries.get(uid));
    }

    void remove(String uid) {
        Entry known = entries.remove(uid);
        if (known != null) {
            ready.remove(known);
            waiting.remove(uid);
        }
    }

    /** Takes the next pod to try; it is no longer in the queue. */
    Optional<Entry> next() {
        Entry first = ready.pollFirst();
        if (first == null) {
            return Optional.empty();
        }
        entries.remove(first.pod().uid());
        return Optional.of(first);
    }

    /** A pod that was tried in vain waits for a change. */
    void park(Entry failed) {
        entries.put(failed.pod().uid(), failed);
        waiting.put(failed.pod().uid(), failed);
    }

    /**
     * Something changed that may help waiting pods.
     *
     * @return those that have to wait out their backoff first
     */
    List<Entry> wake(Cause cause, Instant now, Predicate<PendingPod> concerned) {
        List<Entry> later = new ArrayList<>();
        for (Entry entry : List.copyOf(waiting.values())) {
            if (!concerned.test(entry.pod())) {
                continue;
            }
            if (entry.notBefore().isAfter(now)) {
                later.add(entry);
            } else {
                offer(entry.pod(), cause);
            }
        }
        return later;
    }

    /** A backoff is over. */
    void wake(String uid, Cause cause) {
        Entry entry = waiting.get(uid);
        if (entry != null) {
            offer(entry.pod(), cause);
        }
    }
}
