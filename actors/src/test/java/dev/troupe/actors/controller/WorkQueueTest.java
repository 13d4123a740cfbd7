package dev.troupe.actors.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.Cause;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private static final ObjectKey A = BuiltInTypes.PODS.key("default", "a");
    private static final ObjectKey B = BuiltInTypes.PODS.key("default", "b");

    private final WorkQueue queue = new WorkQueue();

    private static Cause cause(long version) {
        return new Cause(A, version);
    }

    @Test
    void holdsAKeyOnceAndInOrder() {
        queue.add(A, cause(1));
        queue.add(B, cause(2));
        queue.add(A, cause(3));
        assertEquals(2, queue.size());
        WorkQueue.Work first = queue.next().orElseThrow();
        assertEquals(A, first.key());
        assertEquals(cause(1), first.cause(), "the change that put it there");
        assertEquals(B, queue.next().orElseThrow().key());
        assertEquals(Optional.empty(), queue.next());
    }

    @Test
    void looksOnceMoreAtAKeyThatChangedMeanwhile() {
        queue.add(A, cause(1));
        WorkQueue.Work work = queue.next().orElseThrow();
        queue.add(A, cause(2));
        queue.add(A, cause(3));
        assertEquals(Optional.empty(), queue.next(), "never twice at the same time");
        queue.settled(work);
        WorkQueue.Work again = queue.next().orElseThrow();
        assertEquals(cause(3), again.cause());
        queue.settled(again);
        assertEquals(Optional.empty(), queue.next());
        assertEquals(0, queue.size());
    }

    @Test
    void countsFailuresUntilThereIsNothingToDo() {
        queue.add(A, cause(1));
        for (int failures = 0; failures < 3; failures++) {
            WorkQueue.Work work = queue.next().orElseThrow();
            assertEquals(failures, work.failures());
            assertTrue(queue.failed(work, Optional.empty(), Set.of()));
            assertEquals(Optional.empty(), queue.next(), "it waits for its retry");
            queue.retry(A);
        }
        queue.settled(queue.next().orElseThrow());
        queue.add(A, cause(2));
        assertEquals(0, queue.next().orElseThrow().failures());
    }

    @Test
    void anothersChangeEndsTheWaitAndItsOwnDoesNot() {
        queue.add(A, cause(1));
        WorkQueue.Work work = queue.next().orElseThrow();
        queue.add(A, cause(2));
        assertTrue(queue.failed(work, Optional.empty(), Set.of(cause(2))));
        queue.retry(A);
        work = queue.next().orElseThrow();
        queue.add(A, cause(3));
        queue.add(A, cause(4));
        assertFalse(queue.failed(work, Optional.empty(), Set.of(cause(3))));
        assertEquals(cause(4), queue.next().orElseThrow().cause());
    }

    @Test
    void aLateAnswerIsKnown() {
        queue.add(A, cause(1));
        WorkQueue.Work late = queue.next().orElseThrow();
        queue.failed(late, Optional.empty(), Set.of());
        queue.retry(A);
        WorkQueue.Work current = queue.next().orElseThrow();
        assertFalse(queue.isRunning(late));
        assertTrue(queue.isRunning(current));
    }

    @Test
    void countsPlansWithoutAPause() {
        queue.add(A, cause(1));
        assertEquals(1, queue.progressed(queue.next().orElseThrow()));
        assertEquals(2, queue.progressed(queue.next().orElseThrow()));
        queue.settled(queue.next().orElseThrow());
        queue.add(A, cause(1));
        assertEquals(1, queue.progressed(queue.next().orElseThrow()));
    }

    @Test
    void backsOffDoublingUpToItsCap() {
        Backoff calm = new Backoff(Duration.ofMillis(5), Duration.ofMinutes(5), () -> 0);
        assertEquals(Duration.ofMillis(5), calm.after(1));
        assertEquals(Duration.ofMillis(40), calm.after(4));
        assertEquals(Duration.ofMinutes(5), calm.after(40));
        assertEquals(Duration.ofMinutes(5), calm.after(Integer.MAX_VALUE));
        Backoff spread = new Backoff(Duration.ofMillis(5), Duration.ofMinutes(5), () -> 1);
        assertEquals(Duration.ofMillis(20), spread.after(4));
    }
}
